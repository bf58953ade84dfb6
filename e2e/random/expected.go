package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// What is expected of every format, in a form that none of them has: texts are
// bytes, which encoding/json writes as base64, numbers are decimal texts, floats
// are their 64 bits, times are microseconds.
type (
	expectedGraph struct {
		Nodes []expectedNode `json:"nodes"`
		Edges []expectedEdge `json:"edges"`
	}
	expectedNode struct {
		ID         []byte                   `json:"id"`
		Labels     []string                 `json:"labels"` // the own one first
		Scope      []byte                   `json:"scope"`
		Properties map[string]expectedValue `json:"properties"`
	}
	expectedEdge struct {
		Type       string                   `json:"type"`
		From       []byte                   `json:"from"`
		To         []byte                   `json:"to"`
		Path       []byte                   `json:"path"`
		Ref        []byte                   `json:"ref"`
		Scope      []byte                   `json:"scope"`
		Properties map[string]expectedValue `json:"properties"`
	}
	// An expectedValue has its type and one of the others.
	expectedValue struct {
		Type  string   `json:"type"`
		Text  []byte   `json:"text"`
		Word  string   `json:"word"`  // of numbers, truth values and times
		Texts [][]byte `json:"texts"` // of lists, and of maps: key, value, key, value …
	}
)

func writeExpected(path string, g *graphtest.Graph) error {
	all := expectedGraph{Nodes: []expectedNode{}, Edges: []expectedEdge{}}
	for _, n := range g.Nodes {
		all.Nodes = append(all.Nodes, expectedNode{[]byte(n.ID), n.Label.AllLabels(), []byte(n.Scope), expectedOf(n.Label.Columns, n.Values)})
	}
	for _, e := range g.Edges {
		all.Edges = append(all.Edges, expectedEdge{
			e.Type.Name, []byte(e.From), []byte(e.To), []byte(e.Path), []byte(e.Ref), []byte(e.Scope), expectedOf(e.Type.Columns, e.Values),
		})
	}
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("write what is expected: %w", err)
	}
	return os.WriteFile(path, text, 0o600)
}

func expectedOf(cols []graph.Column, values []graph.Value) map[string]expectedValue {
	all := map[string]expectedValue{}
	for i, v := range values {
		e := expectedValue{Type: v.Type().String()}
		switch v.Type() {
		case graph.String, graph.JSON:
			e.Text = []byte(v.Text())
		case graph.Int:
			e.Word = strconv.FormatInt(v.Int(), 10)
		case graph.Float:
			e.Word = strconv.FormatUint(math.Float64bits(v.Float()), 10)
		case graph.Bool:
			e.Word = strconv.FormatBool(v.Bool())
		case graph.Timestamp:
			e.Word = strconv.FormatInt(v.Micros(), 10)
		case graph.Strings:
			e.Texts = bytesOf(v.Strings())
		case graph.Map:
			e.Texts = bytesOf(v.Pairs())
		default:
			continue // null is absent
		}
		all[cols[i].Name] = e
	}
	return all
}

func bytesOf(list []string) [][]byte {
	all := [][]byte{}
	for _, s := range list {
		all = append(all, []byte(s))
	}
	return all
}
