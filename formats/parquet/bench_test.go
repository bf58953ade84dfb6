package parquet

import (
	"testing"

	"github.com/sgexport/sgexport/graph/graphtest"
)

// BenchmarkWrite writes each row to a typed table and to a plain one.
func BenchmarkWrite(b *testing.B) { graphtest.BenchmarkWrite(b, Open) }
