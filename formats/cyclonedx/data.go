package cyclonedx

import (
	"cmp"
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/view"
)

// stores are the labels of what data is read from, beside buckets.
var stores = []string{featureGroup, "AWSEfsFileSystem", "AWSFsxFileSystem", "AWSAthenaWorkGroup", "AWSGlueCatalog", "AWSGlueDatabase", "AWSGlueTable", "AWSRedshiftCluster", "AWSRedshiftDatabase"}

func isData(label string) bool { return slices.Contains(stores, label) }

// dataAt makes the component of what lies at a location: data that a job read, or a
// model that a container loads without one that SageMaker knows.
func (d *document) dataAt(l location) *cdx.Component {
	c := &cdx.Component{BOMRef: l.String(), Type: cdx.ComponentTypeData, Name: cmp.Or(l.key, l.bucket), Group: l.bucket}
	var p properties
	p.add("label", bucket)
	if b := d.g.Node(l.bucket); b != nil {
		p.add("region", b.Text("region"))
	}
	if d.deployed[c.BOMRef] {
		c.Type = cdx.ComponentTypeMachineLearningModel
		p.add("deployed", "true")
		refer(c, cdx.ERTypeDistribution, c.BOMRef, "")
	} else {
		c.Data = &[]cdx.ComponentData{{Type: cdx.ComponentDataTypeDataset, Name: c.Name, Contents: &cdx.ComponentDataContents{URL: iri(c.BOMRef)}}}
	}
	c.Properties = p.list()
	return c
}

// dataOfNode adds what is said of data that has a node of its own.
func dataOfNode(c *cdx.Component, n *view.Node) {
	c.Type = cdx.ComponentTypeData
	c.Version = n.Text("hub_content_version")
	c.Description = cmp.Or(n.Text("description"), n.Text("hub_content_description"))
	data := cdx.ComponentData{Type: cdx.ComponentDataTypeDataset, Name: c.Name}
	if a := n.Account(); a != "" {
		data.Governance = &cdx.DataGovernance{Owners: &[]cdx.ComponentDataGovernanceResponsibleParty{{Organization: &cdx.OrganizationalEntity{Name: "AWS account " + a}}}}
	}
	c.Data = &[]cdx.ComponentData{data}
}
