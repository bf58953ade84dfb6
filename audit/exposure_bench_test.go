package audit_test

import (
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view/viewtest"
)

// BenchmarkExposure reads an account of so many resources, most of them jobs, answers
// the questions and writes the answers. held is what the graph and the report
// take, in bytes a resource.
func BenchmarkExposure(b *testing.B) {
	for _, n := range []int{10_000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			src := &manyJobs{n: n}
			var err error
			if src.schema, err = testSchema(); err != nil {
				b.Fatal(err)
			}
			h := &graph.Header{Schema: src.schema, Created: time.Unix(0, 0)}
			report := (&viewtest.Graph{}).Report(src.schema)
			b.ReportAllocs()
			for b.Loop() {
				before := heapInUse()
				g, err := audit.Read(src, h, report)
				if err != nil {
					b.Fatal(err)
				}
				r := audit.Run(g)
				b.ReportMetric(float64(heapInUse()-before)/float64(n), "held/op")
				if err := r.WriteJSON(io.Discard); err != nil {
					b.Fatal(err)
				}
				if len(r.Exposure) != n {
					b.Fatalf("%d answers, want %d", len(r.Exposure), n)
				}
				runtime.KeepAlive(g)
			}
		})
	}
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// manyJobs is a made-up account with n resources in 200 subnets of 20 VPCs, each
// with a route table of its own, and 40 roles.
type manyJobs struct {
	n      int
	schema *graph.Schema
}

const (
	jobSubnets = 200
	jobVpcs    = 20
	jobRoles   = 40
)

func (a *manyJobs) node(label, id string, columns map[string]graph.Value) *graph.Node {
	l := a.schema.Label(label)
	n := &graph.Node{ID: id, Label: l, Scope: testScope, Values: make([]graph.Value, len(l.Columns))}
	n.Values[l.Column("observed")] = graph.BoolValue(true)
	for name, v := range columns {
		n.Values[l.Column(name)] = v
	}
	return n
}

func jobID(i int) string {
	return fmt.Sprintf("arn:aws:sagemaker:us-east-1:111122223333:training-job/churn-xgboost-2026-01-02-%08d", i)
}

func roleID(i int) string { return fmt.Sprintf("arn:aws:iam::111122223333:role/Role%d", i) }

func (a *manyJobs) Nodes(yield func(*graph.Node) error) error {
	emit := func(n *graph.Node) {
		if err := yield(n); err != nil {
			panic(err)
		}
	}
	text := func(format string, args ...any) graph.Value { return graph.StringValue(fmt.Sprintf(format, args...)) }
	for i := range jobSubnets {
		vpc := i % jobVpcs
		emit(a.node("AWSEC2RouteTable", fmt.Sprintf("rtb-%04d", i), map[string]graph.Value{
			"vpc_id": text("vpc-%d", vpc), "associations": graph.JSONValue(fmt.Sprintf(`[{"SubnetId":"subnet-%d"}]`, i)),
			"routes": graph.JSONValue(fmt.Sprintf(`[{"DestinationCidrBlock":"0.0.0.0/0","GatewayId":"igw-%d","State":"active"},{"DestinationCidrBlock":"10.0.0.0/8","TransitGatewayId":"tgw-1","State":"active"}]`, vpc)),
		}))
	}
	for i := range jobSubnets {
		emit(a.node("AWSEC2SecurityGroup", fmt.Sprintf("sg-%04d", i), map[string]graph.Value{"ip_permissions": graph.JSONValue(`[{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]`)}))
	}
	for i := range jobSubnets {
		emit(a.node("AWSEC2Subnet", fmt.Sprintf("subnet-%d", i), map[string]graph.Value{"vpc_id": text("vpc-%d", i%jobVpcs), "cidr_block": text("10.0.%d.0/24", i), "owner_id": text(testAccount)}))
	}
	for i := range jobVpcs {
		emit(a.node("AWSInternetGateway", fmt.Sprintf("igw-%d", i), map[string]graph.Value{"attachments": graph.JSONValue(fmt.Sprintf(`[{"State":"available","VpcId":"vpc-%d"}]`, i))}))
	}
	for i := range a.n {
		s := i % jobSubnets
		emit(a.node("AWSSageMakerTrainingJob", jobID(i), map[string]graph.Value{
			"status":             text("Completed"),
			"vpc_config_subnets": graph.StringsValue([]string{fmt.Sprintf("subnet-%d", s), fmt.Sprintf("subnet-%d", (s+jobVpcs)%jobSubnets)}), "vpc_config_security_group_ids": graph.StringsValue([]string{fmt.Sprintf("sg-%04d", s)}),
		}))
	}
	return nil
}

func (a *manyJobs) Edges(yield func(*graph.Edge) error) error {
	typ, job, role := a.schema.EdgeType("HAS_EXECUTION_ROLE"), a.schema.Label("AWSSageMakerTrainingJob"), a.schema.Label("AWSRole")
	for i := range a.n {
		if err := yield(&graph.Edge{Type: typ, From: jobID(i), To: roleID(i % jobRoles), FromLabel: job, ToLabel: role, Path: "RoleArn", Scope: testScope}); err != nil {
			return err
		}
	}
	return nil
}
