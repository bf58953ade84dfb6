package cyclonedx

import (
	"cmp"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

// stores are the labels of what data is read from, beside buckets.
var stores = []string{featureGroup, "AWSEfsFileSystem", "AWSFsxFileSystem", "AWSAthenaWorkGroup", "AWSGlueDatabase", "AWSGlueTable", "AWSRedshiftCluster", "AWSRedshiftDatabase"}

func isData(label string) bool { return slices.Contains(stores, label) }

// dataAt makes the component of what lies at a location: data that a job read, or a
// model that a container loads without one that SageMaker knows.
func (d *document) dataAt(place string) *cdx.Component {
	in, _, ok := location.Split(place)
	c := &cdx.Component{BOMRef: place, Type: cdx.ComponentTypeData, Name: strings.TrimPrefix(place, "s3://")}
	var p properties
	if ok {
		p.add("label", bucket)
	}
	if b := d.g.Node(in); b != nil {
		p.add("region", b.Text("region"))
	}
	if d.deployed[place] {
		c.Type = cdx.ComponentTypeMachineLearningModel
		refer(c, cdx.ERTypeDistribution, place, "")
	} else {
		c.Data = &[]cdx.ComponentData{{Type: cdx.ComponentDataTypeDataset, Name: c.Name, Contents: &cdx.ComponentDataContents{URL: iri(place)}}}
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
