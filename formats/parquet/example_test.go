package parquet_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sgexport/sgexport/formats/parquet"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// What Open creates is up to the caller: here it is memory.
func ExampleOpen() {
	files := graphtest.Files{}
	if err := graphtest.Sample().Write(parquet.Open, files.Create); err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Println(name)
	}
	// Output:
	// parquet/athena.sql
	// parquet/edges/part-00000.parquet
	// parquet/import.sh
	// parquet/nodes/label=AWSSageMakerModel/part-00000.parquet
	// parquet/nodes/label=other/part-00000.parquet
	// parquet/nodes_all/part-00000.parquet
	// parquet/schema.sql
	// parquet/trino.sql
}
