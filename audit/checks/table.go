package checks

import "slices"

// All returns every check, family by family.
func All() []*Check {
	return slices.Concat(notebookChecks, domainChecks, modelChecks, endpointChecks, jobChecks, monitoringChecks, resourceChecks, keyChecks(keyTable), keyChecks(jobKeyTable), managerChecks, accessChecks, regionChecks)
}
