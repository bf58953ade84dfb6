package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit/arn"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// argument are the candidates for an argument of a command.
func (l *commandLine) argument(word string) []candidate {
	n := len(l.arguments)
	_, explains := l.given["explain"]
	switch name := l.command.Name; {
	case name == "completion" && n == 0:
		return beginningWith(word, plainWords(shells))
	case l.command.ArgsUsage == "":
		return beginningWith(word, l.options())
	case strings.HasPrefix(l.command.ArgsUsage, "SNAPSHOT") && n == 0:
		return snapshots(word)
	case name == "lineage" && n == 1:
		return resources(expanded(l.arguments[0]), word, "sagemaker", "s3")
	case name == "audit" && explains && n == 1:
		return append(beginningWith(word, plainWords([]string{"internet"})), resources(expanded(l.arguments[0]), word, "iam")...)
	case name == "audit" && explains && n == 2:
		return resources(expanded(l.arguments[0]), word, "sagemaker", "s3")
	}
	return beginningWith(word, l.options())
}

// Bounds of what is looked up while somebody waits for it.
const (
	mostResources = 500
	lookupTime    = 2 * time.Second
)

var errEnough = errors.New("enough")

// resources are the nodes of some services in a snapshot of which a name begins with what
// is written, as far as they are found in a moment.
func resources(path, written string, services ...string) []candidate {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTime)
	defer cancel()
	boundMemory()
	snap, err := snapshot.Open(path)
	if err != nil {
		return nil
	}
	found := map[string]string{}
	source := jsonl.NewReader(snap.Opener(ctx), snap.Schema)
	_ = source.Nodes(func(n *graph.Node) error { // what was found until an error counts
		if name := nameFor(n, written, services); name != "" && name == snapshot.Printable(name) {
			found[name] = noun(n.Label.Name)
		}
		if len(found) >= mostResources {
			return errEnough
		}
		return nil
	})
	var all []candidate
	for name, label := range found {
		all = append(all, candidate{name, label})
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.value, b.value) })
	return all
}

// nameFor is the name of a node that begins with what is written: kind and name, the name
// alone, those with the region before them, or the ARN; "" where none does.
func nameFor(n *graph.Node, written string, services []string) string {
	if n.Label.Name == "AWSS3Bucket" && slices.Contains(services, "s3") {
		if name := "s3://" + strings.TrimPrefix(n.ID, n.Label.Name+":") + "/"; written != "" && strings.HasPrefix(name, written) {
			return name
		}
		return ""
	}
	a := arn.Parse(n.ID)
	if !slices.Contains(services, a.Service) || a.Service == "iam" && n.Label.Name != "AWSRole" && n.Label.Name != "AWSUser" {
		return ""
	}
	_, last, _ := strings.Cut(a.Resource, "/")
	for _, name := range []string{a.Resource, last, a.Region + ":" + a.Resource, a.Region + ":" + last, n.ID} {
		if name != "" && strings.HasPrefix(name, written) {
			return name
		}
	}
	return ""
}
