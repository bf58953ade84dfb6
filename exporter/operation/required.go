package operation

import "slices"

// Required returns the members that an answer to an operation must have, by
// their names in the API, sorted. operation is the name that the API has for it,
// such as ListModels. The service model says which they are; it requires nothing
// of some operations, and those it has no operation of that name for have none
// either. An answer without one of them is no answer.
func Required(operation string) []string { return slices.Clone(requiredOutputs[operation]) }
