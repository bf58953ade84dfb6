package main

import "testing"

// TestConnectionsWithin: connections leave half of the files that may be open to the
// spool and the snapshot.
func TestConnectionsWithin(t *testing.T) {
	for _, c := range []struct{ asked, files, want int }{{256, 1_000_000, 256}, {256, 256, 128}, {10, 256, 10}, {256, 1, 1}} {
		if got := connectionsWithin(c.asked, c.files); got != c.want {
			t.Errorf("%d of %d files are %d connections, want %d", c.asked, c.files, got, c.want)
		}
	}
	if n := openFiles(); n < 1 {
		t.Errorf("%d files may be open", n)
	}
}
