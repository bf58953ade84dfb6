package jsonl_test

import (
	"bytes"
	"fmt"
	"io"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// A graph is written to memory and read back, one node and one edge at a time.
// On a disk, open would be os.Open with the snapshot's directory before the
// name.
func ExampleReader() {
	g, files := graphtest.Sample(), graphtest.Files{}
	if err := g.Write(jsonl.Open, files.Create); err != nil {
		fmt.Println(err)
		return
	}
	open := func(name string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(files[name])), nil
	}
	r := jsonl.NewReader(open, g.Header.Schema)
	perLabel, perType := map[string]int{}, map[string]int{}
	err := r.Nodes(func(n *graph.Node) error {
		perLabel[n.Label.Name]++
		return nil
	})
	if err == nil {
		err = r.Edges(func(e *graph.Edge) error {
			perType[e.Type.Name]++
			return nil
		})
	}
	fmt.Println(perLabel, perType, err)
	// Output: map[AWSAccount:1 AWSS3Bucket:1 AWSSageMakerModel:40] map[REFERENCED_ARTIFACTS_IN:80 RESOURCE:40] <nil>
}
