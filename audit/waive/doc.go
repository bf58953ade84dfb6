// Package waive reads the file by which people say which findings and answers of an
// audit they know and bear with, and notes that in a report.
//
// The file is YAML, of which JSON is a part:
//
//	waivers:
//	  - check: notebook-direct-internet
//	    resource: "arn:aws:sagemaker:*:notebook-instance/sandbox-*"
//	    reason: no data in the sandbox, ML-123
//	    until: 2027-01-31
//
// Nothing is waived silently: an entry says why, and one that is out of date, or that
// nothing is left of, is in the report too. Start reading at [Parse].
package waive
