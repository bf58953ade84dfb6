package asff

// The members of the format that are written, by their names:
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html

type finding struct {
	SchemaVersion         string
	ID                    string `json:"Id"`
	ProductArn            string
	ProductName           string
	CompanyName           string
	GeneratorID           string `json:"GeneratorId"`
	AwsAccountID          string `json:"AwsAccountId"`
	Types                 []string
	CreatedAt, UpdatedAt  string
	Severity              severity
	Title, Description    string
	Remediation           remediation
	ProductFields         map[string]string
	Resources             []resource
	Compliance            compliance
	Workflow              workflow
	RecordState           string
	Note                  *note `json:",omitempty"`
	FindingProviderFields providerFields
}

type severity struct{ Label, Original string }

type remediation struct{ Recommendation recommendation }

type recommendation struct {
	Text string
	URL  string `json:"Url"`
}

type resource struct {
	Type      string
	ID        string   `json:"Id"`
	Partition string   `json:",omitempty"`
	Region    string   `json:",omitempty"`
	Details   *details `json:",omitempty"`
}

type details struct{ Other map[string]string }

type compliance struct{ Status string }

type workflow struct{ Status string }

type note struct{ Text, UpdatedBy, UpdatedAt string }

// providerFields are what later imports may change; Severity and Types are not.
type providerFields struct {
	Severity severity
	Types    []string
}
