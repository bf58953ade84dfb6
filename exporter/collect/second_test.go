package collect

import (
	"reflect"
	"testing"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
)

// TestIDsOf: which ids go into one call does not depend on the order in which resources
// came.
func TestIDsOf(t *testing.T) {
	for _, found := range [][]string{{"a", "b", "c"}, {"c", "a", "b"}} {
		s := &scope{kinds: map[string]*kindRun{"parent": {found: found}}}
		s.at.Region = "us-east-1"
		stage := &secondStage{regions: []*scope{s}, asked: map[identity]bool{}}
		ids := map[string][]string{}
		stage.idsOf(&reading.Kind{Entry: &catalog.Entry{Label: "child", Scope: catalog.InRegion}}, "parent", ids)
		if want := map[string][]string{"us-east-1": {"a", "b", "c"}}; !reflect.DeepEqual(ids, want) {
			t.Errorf("%v gave %v", found, ids)
		}
	}
}
