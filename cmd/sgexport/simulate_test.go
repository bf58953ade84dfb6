package main

import (
	"io"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/simulator"
)

func TestPopulated(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		inventory *simulator.Inventory
		want      []string
	}{
		{demo, []string{"us-east-1", "eu-west-1"}},
		{&simulator.Inventory{}, []string{"us-east-1"}},
	} {
		if got := populated(c.inventory); !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
}

// TestExportOf runs the command that a simulation prints: it reads each of its accounts.
func TestExportOf(t *testing.T) {
	for _, n := range []int{1, 3} {
		demo, err := simulator.Demo()
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(simulator.NewAccounts(simulator.Copies(demo, n), simulator.Options{}))
		t.Cleanup(server.Close)
		emptyHome(t, "", "")
		dir := filepath.Join(t.TempDir(), "s")
		args := []string{"--kinds", "Model", "--neighbors", "none", "--format", "jsonl", "--out", dir}
		words := append(strings.Fields(strings.Join(exportOf(server.URL, n, populated(demo)), " ")), args...)
		for i, word := range words {
			if name, value, found := strings.Cut(word, "="); found {
				t.Setenv(name, value)
				continue
			}
			words = words[i:]
			break
		}
		var stderr strings.Builder
		if code := run(words, strings.NewReader(""), io.Discard, &stderr); code != exitOK {
			t.Fatalf("%q: exit code %d\n%s", words, code, stderr.String())
		}
		snap, err := snapshot.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := scopesOf(snap.Manifest); len(got) != 2*n || got[2*n-1] != simulator.Copies(demo, n).IDs()[n-1]+"/us-east-1" {
			t.Errorf("of %d accounts it reads %v", n, got)
		}
	}
}

func TestDeniedInVain(t *testing.T) {
	got := deniedInVain([]string{"sagemaker:ListModels", "iam:GetRole", "ListModel", "ListModels", "s3:Get*", "Describe*", "sts:GetCallerIdentity", "sts:AssumeRole", "organizations:ListAccounts", "ec2:DescribeRegions"})
	want := []string{"--deny iam:GetRole: an export does not ask for that", "--deny ListModel: an export does not ask for that"}
	if len(got) != len(want) || !strings.HasPrefix(got[0], want[0]) || !strings.HasPrefix(got[1], want[1]) {
		t.Errorf("got %q", got)
	}
}

func TestEnlarged(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	got, err := enlarged(demo, 3, []string{"TrainingJob=100", "Model=7"})
	if err != nil || got.Count() != 3*demo.Count()+107 {
		t.Errorf("%d resources, %v", got.Count(), err)
	}
	for text, want := range map[string]string{"TrainingJob": "KIND=N", "Cat=1": `no kind of resource "Cat"`, "Model=0": "0 is no number"} {
		if _, err := enlarged(demo, 1, []string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := enlarged(demo, 0, nil); err == nil {
		t.Error("no copy at all")
	}
}
