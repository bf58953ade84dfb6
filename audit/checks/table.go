package checks

import "slices"

// A Family is checks that look at the same things.
type Family struct {
	Title  string
	Checks []*Check
}

// Families returns the checks as docs/checks.md has them.
func Families() []Family {
	return []Family{
		{"Notebook instances", notebookChecks},
		{"Domains", domainChecks},
		{"Models and endpoints", slices.Concat(modelChecks, endpointChecks)},
		{"Jobs", jobChecks},
		{"Monitoring", monitoringChecks},
		{"Images, feature groups, repositories", resourceChecks},
		{"Keys: what is kept", keyChecks(keyTable)},
		{"Keys: what jobs write", keyChecks(jobKeyTable)},
		{"Keys: who manages them", managerChecks},
		{"Roles and policies", accessChecks},
		{"Regions", regionChecks},
		{"From buckets to endpoints", pathChecks},
		{"Packages and cards", packageChecks},
		{"Shared with others", sharingChecks},
		{"Of other accounts", ownerChecks},
		{"Keys: what became of them", keyStateChecks},
		{"Lifecycle scripts", scriptChecks},
		{"Secrets", secretChecks},
		{"Bad together", togetherChecks},
		{"Networks", networkChecks},
		{"Invoking by other ways", grantChecks},
		{"Not used, not watched", unusedChecks},
	}
}

// All returns every check, family by family.
func All() []*Check {
	var all []*Check
	for _, f := range Families() {
		all = append(all, f.Checks...)
	}
	return all
}
