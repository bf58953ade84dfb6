package ocsf

import "github.com/sgexport/sgexport/audit"

// The members of the class that are written, by their names.

type event struct {
	ActivityID   int         `json:"activity_id"`
	ActivityName string      `json:"activity_name"`
	CategoryUID  int         `json:"category_uid"`
	CategoryName string      `json:"category_name"`
	ClassUID     int         `json:"class_uid"`
	ClassName    string      `json:"class_name"`
	TypeUID      int         `json:"type_uid"`
	Time         int64       `json:"time"` // ms since 1970, as all times are
	SeverityID   int         `json:"severity_id"`
	Severity     string      `json:"severity"`
	StatusID     int         `json:"status_id"`
	Status       string      `json:"status"`
	Comment      string      `json:"comment,omitempty"`
	Message      string      `json:"message"`
	Metadata     metadata    `json:"metadata"`
	Cloud        cloud       `json:"cloud"`
	FindingInfo  findingInfo `json:"finding_info"`
	Compliance   compliance  `json:"compliance"`
	Remediation  remediation `json:"remediation"`
	Resources    []resource  `json:"resources"`
	Unmapped     unmapped    `json:"unmapped"`
}

type metadata struct {
	Version   string   `json:"version"`
	Product   product  `json:"product"`
	Profiles  []string `json:"profiles"`
	EventCode string   `json:"event_code"`
}

type product struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version"`
}

type cloud struct {
	Provider  string  `json:"provider"`
	Account   account `json:"account"`
	Region    string  `json:"region"`
	Partition string  `json:"cloud_partition"`
}

type account struct {
	UID    string `json:"uid"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type findingInfo struct {
	UID         string   `json:"uid"`
	Title       string   `json:"title"`
	Desc        string   `json:"desc"`
	CreatedTime int64    `json:"created_time"`
	Types       []string `json:"types"`
}

type compliance struct {
	Control      string   `json:"control"`
	StatusID     int      `json:"status_id"`
	Status       string   `json:"status"`
	Requirements []string `json:"requirements"` // the ids of the same check elsewhere
}

type remediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references"`
}

type resource struct {
	UID       string `json:"uid"`
	Name      string `json:"name,omitempty"`
	Type      string `json:"type,omitempty"`
	Region    string `json:"region,omitempty"`
	Partition string `json:"cloud_partition,omitempty"`
	Data      *data  `json:"data,omitempty"`
}

type data struct {
	Evidence []audit.Evidence `json:"evidence"`
}

// unmapped are what the class has no member for.
type unmapped struct {
	Level      audit.Level `json:"level"`
	CouldBe    audit.Level `json:"could_be,omitempty"`
	Principal  string      `json:"principal,omitempty"`
	Conditions []string    `json:"conditions,omitempty"`
	Unknown    []string    `json:"unknown,omitempty"`
}
