package report

// What a report shows at most, so that a browser opens it and a mail takes it. Where
// something is left out, the report says how much, and where to get it.
const (
	mostFindings  = 3000
	mostRows      = 500   // of a section's table
	mostEndpoints = 200   // with a picture, and with their invokers; the others are lines of a table
	mostListed    = 2000  // lines of that table
	mostInvokers  = 25    // of an endpoint, the worst first
	mostHops      = 150   // of an endpoint's lineage, as text
	mostPipelines = 100   // in detail
	mostRuns      = 5     // executions of a pipeline
	mostSteps     = 200   // of a pipeline, and what it depends on
	mostInventory = 20000 // resources
	mostItems     = 12    // of a list in a cell: conditions, reasons, evidence
	mostUnknown   = 500
	mostText      = 2200    // characters of one text
	mostPicture   = 256_000 // bytes of one picture
)
