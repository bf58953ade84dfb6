// Package ocsf writes a report as Compliance Findings of the Open Cybersecurity Schema
// Framework, class 2003 of version 1.5.0 with the profile cloud, as data lakes and SIEMs
// take them. Start reading at [Write].
package ocsf
