package collect

import (
	"fmt"

	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// Room that a node needs beside its values, and beside them for tags that come later.
const besideValues = 1 << 20

// takeOut takes the largest values out of a record until a node of it fits into every
// format, and returns their columns. AWS has no resource that is so large.
func (r *kindRun) takeOut(rec *record.Record) (columns []string) {
	var buf []byte
	for {
		bytes, texts, largest, most := 0, 0, -1, 0
		for i, v := range rec.Values {
			n, length := textsIn(v)
			if length > besideValues || n > graph.MostTexts/64 { // the others need not be measured
				buf = graph.AppendJSON(buf[:0], v)
				length = len(buf)
			}
			if weight := max(length, n*(graph.LongestRow/graph.MostTexts)); weight > most {
				largest, most = i, weight
			}
			bytes, texts = bytes+length, texts+n
		}
		if bytes <= graph.LongestRow-besideValues-len(rec.ID) && texts <= graph.MostTexts-1000 || largest < 0 {
			return columns
		}
		column := r.Columns[largest].Name
		rec.Values[largest] = graph.Null
		columns = append(columns, column)
		r.note(r.Label, r.detailAction(), rec.ID, graph.CodeTooLarge, fmt.Sprintf("%s is larger than what a snapshot holds of one resource, %d MiB or %d texts", column, graph.LongestRow>>20, graph.MostTexts))
	}
}

// textsIn counts the texts of a value that is a list or a map, and at least the bytes of
// any.
func textsIn(v graph.Value) (texts, bytes int) {
	var list []string
	switch v.Type() {
	case graph.String, graph.JSON:
		return 0, 6 * len(v.Text()) // the most that escapes make of it
	case graph.Strings:
		list = v.Strings()
	case graph.Map:
		list = v.Pairs()
	default:
		return 0, 32
	}
	for _, s := range list {
		bytes += 6*len(s) + 4
	}
	return len(list), bytes
}
