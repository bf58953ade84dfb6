package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/simulator"
)

// What an edit sees is tested document by document, so a server with one that
// changes nothing answers without any index.
func TestIndexesChangeNoAnswer(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	inventory, err := demo.Scale(2).Add("TrainingJob", 40)
	if err != nil {
		t.Fatal(err)
	}
	indexed := simulator.New(inventory, simulator.Options{})
	tested := simulator.New(inventory, simulator.Options{
		Edit: func(_ string, doc map[string]any) []map[string]any { return []map[string]any{doc} },
	})
	items := 0
	for _, region := range inventory.Regions() {
		for _, q := range listingsOf(inventory.Documents(region)) {
			for range 3 {
				a, b := answerTo(t, indexed, region, q), answerTo(t, tested, region, q)
				if a != b {
					t.Fatalf("%s of %v: with an index\n%s\nwithout\n%s", q.operation, q.input, a, b)
				}
				items += strings.Count(a, "Time\":")
				var out struct{ NextToken string }
				if err := json.Unmarshal([]byte(a), &out); err != nil {
					t.Fatal(err)
				}
				if out.NextToken == "" {
					break
				}
				q.input["NextToken"] = out.NextToken
			}
		}
	}
	if items < 5000 {
		t.Errorf("only %d times in all answers: the listings are empty", items)
	}
}

type question struct {
	operation string
	input     map[string]any
}

// listingsOf are lists below each parent that documents name, lists that have a
// member of documents, and lists and searches of periods, in both orders.
func listingsOf(docs map[string][]simulator.Document) (all []question) {
	add := func(operation string, input map[string]any) {
		for _, order := range []string{"", "Ascending", "Descending"} {
			in := maps.Clone(input)
			if in["MaxResults"] = 2; order != "" {
				in["SortOrder"] = order
			}
			all = append(all, question{operation, in})
		}
	}
	for kind, op := range operations {
		seen := map[any]bool{}
		for _, doc := range docs[kind] {
			parent := doc.Body[op.by]
			if op.by == "" || seen[parent] {
				continue
			}
			seen[parent] = true
			input := map[string]any{op.by: parent}
			if op.each != "" {
				input[op.each] = doc.Body[op.each]
			}
			add(op.list, input)
		}
	}
	for _, by := range [][4]string{
		{"App", "ListApps", "DomainIdEquals", "DomainId"},
		{"Endpoint", "ListEndpoints", "StatusEquals", "EndpointStatus"},
		{"ModelPackage", "ListModelPackages", "ModelPackageGroupName", "ModelPackageGroupName"},
		{"Trial", "ListTrials", "ExperimentName", "ExperimentName"},
		{"Trial", "ListTrialComponents", "TrialName", "TrialName"},
		{"UserProfile", "ListUserProfiles", "DomainIdEquals", "DomainId"},
		{"Association", "ListAssociations", "SourceArn", "SourceArn"},
	} {
		seen := map[any]bool{nil: true}
		for _, doc := range docs[by[0]] {
			if value := doc.Body[by[3]]; !seen[value] {
				seen[value] = true
				add(by[1], map[string]any{by[2]: value})
				add(by[1], map[string]any{by[2]: value, "CreatedAfter": 1740000000, "CreationTimeAfter": 1740000000})
			}
		}
	}
	for month := range 12 {
		from := fmt.Sprintf("2025-%02d-01T00:00:00Z", month+1)
		at := 1735689600 + month*31*24*3600
		add("ListTrainingJobs", map[string]any{"CreationTimeAfter": at, "CreationTimeBefore": at + 40*24*3600})
		add("ListTrainingJobs", map[string]any{"CreationTimeBefore": at, "SortBy": "Name"})
		for _, by := range []string{"CreationTime", "LastModifiedTime"} {
			add("Search", map[string]any{"Resource": "TrainingJob", "SortBy": by, "SearchExpression": map[string]any{
				"Filters": []any{map[string]any{"Name": "CreationTime", "Operator": "GreaterThan", "Value": from}},
			}})
			add("Search", map[string]any{"Resource": "ExperimentTrialComponent", "SortBy": by, "SearchExpression": map[string]any{
				"Filters": []any{
					map[string]any{"Name": "CreationTime", "Operator": "LessThanOrEqualTo", "Value": from},
					map[string]any{"Name": "Tags.team", "Operator": "Exists"},
				},
			}})
		}
	}
	return all
}

func answerTo(t *testing.T, server *simulator.Server, region string, q question) string {
	t.Helper()
	body, err := json.Marshal(q.input)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
	r.Header.Set("X-Amz-Target", "SageMaker."+q.operation)
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/%s/sagemaker/aws4_request, SignedHeaders=host, Signature=0", region))
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	var value any // a refusal is an answer too; the order of members is none of an answer
	if err := json.Unmarshal(w.Body.Bytes(), &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
