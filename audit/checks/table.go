package checks

import "slices"

// All returns every check, family by family.
func All() []*Check {
	return slices.Concat(notebookChecks, pathChecks, packageChecks, sharingChecks, ownerChecks, keyChecks, scriptChecks, secretChecks)
}
