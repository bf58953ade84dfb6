package graph

// What a snapshot holds of one node or edge at most, so that nobody who reads it needs
// much memory for one. The largest resource that AWS has, a pipeline with its definition,
// takes a thirtieth.
const (
	LongestRow = 32 << 20 // bytes, as a line of JSON
	MostTexts  = 1 << 18  // in its lists and maps
)
