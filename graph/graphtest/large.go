package graphtest

import (
	"fmt"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// A Large is a graph of any size that is made as it is read: nodes of thirteen
// properties, as an account has them, and three edges for each. It is the graph
// of the benchmarks, so that every writer and every peer has the same.
type Large struct {
	Header *graph.Header
	nodes  int
	labels []*graph.Label
	types  [3]*graph.EdgeType
}

// The labels of [Large] with the noun of their ARNs, both in order.
var largeLabels = [][2]string{
	{"AWSSageMakerEndpoint", "endpoint"},
	{"AWSSageMakerModel", "model"},
	{"AWSSageMakerProcessingJob", "processing-job"},
	{"AWSSageMakerTrainingJob", "training-job"},
	{"AWSSageMakerTransformJob", "transform-job"},
}

// largeShared is how many nodes share a bucket or a role.
const largeShared = 100

// NewLarge returns a graph of some n nodes, and 3 n edges.
func NewLarge(n int) *Large {
	edgeColumns := []graph.Column{{Name: "inferred", Type: graph.Bool}, {Name: "basis", Type: graph.String}}
	named := []graph.Column{{Name: "name", Type: graph.String}}
	labels := []*graph.Label{
		{Name: "AWSAccount", Columns: named, Referred: true},
		{Name: "AWSRole", Extra: []string{"AWSPrincipal"}, Columns: named, Referred: true},
		{Name: "AWSS3Bucket", Extra: []string{"S3Bucket"}, Columns: named, Referred: true},
	}
	for _, l := range largeLabels {
		labels = append(labels, &graph.Label{Name: l[0], Columns: []graph.Column{
			{Name: "name", Type: graph.String},
			{Name: "arn", Type: graph.String},
			{Name: "account_id", Type: graph.String},
			{Name: "region", Type: graph.String},
			{Name: "observed", Type: graph.Bool},
			{Name: "status", Type: graph.String},
			{Name: "creation_time", Type: graph.Timestamp},
			{Name: "last_modified_time", Type: graph.Timestamp},
			{Name: "instance_count", Type: graph.Int},
			{Name: "final_metric", Type: graph.Float},
			{Name: "containers", Type: graph.JSON},
			{Name: "vpc_config_subnets", Type: graph.Strings},
			{Name: "tags", Type: graph.Map},
		}})
	}
	schema, err := graph.NewSchema(labels, []*graph.EdgeType{
		{Name: "HAS_EXECUTION_ROLE", Columns: edgeColumns}, {Name: "READ_FROM", Columns: edgeColumns}, {Name: "RESOURCE", Columns: edgeColumns},
	})
	if err != nil {
		panic(err) // the vocabulary above is wrong
	}
	g := &Large{
		Header: &graph.Header{Schema: schema, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Tool: "sgexport test", Scopes: []graph.Scope{{ID: scope}}},
		nodes:  n,
	}
	for _, l := range largeLabels {
		g.labels = append(g.labels, schema.Label(l[0]))
	}
	copy(g.types[:], schema.EdgeTypes)
	return g
}

const (
	largeAccount = "012345678901"
	largeRole    = "arn:aws:iam::012345678901:role/ml-team-%06d"
	largeBucket  = "ml-artifacts-%06d"
)

// each calls do with the number and the id of each of the n nodes, in order.
func (g *Large) each(do func(i int, label *graph.Label, name, id string) error) error {
	for i := range g.nodes {
		of := i * len(largeLabels) / g.nodes
		name := fmt.Sprintf("fraud-detection-%08d", i)
		if err := do(i, g.labels[of], name, "arn:aws:sagemaker:us-east-1:012345678901:"+largeLabels[of][1]+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

// Nodes calls yield for every node, in order. The node is yield's until it returns.
func (g *Large) Nodes(yield func(*graph.Node) error) error {
	node := graph.Node{Scope: scope}
	shared := func(label, id string) error {
		node.Label, node.ID, node.Values = g.Header.Schema.Label(label), id, []graph.Value{graph.StringValue(id)}
		return yield(&node)
	}
	if err := shared("AWSAccount", largeAccount); err != nil {
		return err
	}
	for _, s := range [][2]string{{"AWSRole", largeRole}, {"AWSS3Bucket", largeBucket}} {
		for i := range (g.nodes + largeShared - 1) / largeShared {
			if err := shared(s[0], fmt.Sprintf(s[1], i)); err != nil {
				return err
			}
		}
	}
	states := []string{"Completed", "InService", "Failed", "Stopped"}
	subnets, tags := []string{"subnet-0a1b2c3d", "subnet-4e5f6a7b"}, []string{"env", "prod", "owner", "", "team", "größer"}
	return g.each(func(i int, label *graph.Label, name, id string) error {
		tags[3] = fmt.Sprintf("owner-%d@example.com", i%1000)
		created := 1767323045000001 + int64(i)*1234567
		node = graph.Node{ID: id, Scope: scope, Label: label, Values: append(node.Values[:0],
			graph.StringValue(name), graph.StringValue(id), graph.StringValue(largeAccount), graph.StringValue("us-east-1"),
			graph.BoolValue(i%16 != 0), graph.StringValue(states[i%len(states)]), graph.MicrosValue(created), graph.MicrosValue(created+3600000000),
			graph.IntValue(int64(i)*7919%64), graph.FloatValue(float64(i)/7),
			graph.JSONValue(fmt.Sprintf(`[{"Image":"012345678901.dkr.ecr.us-east-1.amazonaws.com/x:%d","ModelDataUrl":"s3://ml-artifacts/%d/model.tar.gz"}]`, i%97, i)),
			graph.StringsValue(subnets), graph.MapValue(tags))}
		return yield(&node)
	})
}

// Edges calls yield for every edge, in order. The edge is yield's until it returns.
func (g *Large) Edges(yield func(*graph.Edge) error) error {
	s := g.Header.Schema
	none := make([]graph.Value, 2)
	var edge graph.Edge
	for t, typ := range g.types {
		err := g.each(func(i int, label *graph.Label, _, id string) error {
			edge = graph.Edge{Type: typ, From: id, FromLabel: label, Scope: scope, Values: none}
			switch t {
			case 0:
				edge.To, edge.ToLabel, edge.Path = fmt.Sprintf(largeRole, i/largeShared), s.Label("AWSRole"), "RoleArn"
				edge.Ref = edge.To
			case 1:
				edge.To, edge.ToLabel, edge.Path = fmt.Sprintf(largeBucket, i/largeShared), s.Label("AWSS3Bucket"), "InputDataConfig[].DataSource.S3DataSource.S3Uri"
				edge.Ref = fmt.Sprintf("s3://%s/%08d/train", edge.To, i)
			case 2:
				edge.From, edge.FromLabel, edge.To, edge.ToLabel = largeAccount, s.Label("AWSAccount"), id, label
			}
			return yield(&edge)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
