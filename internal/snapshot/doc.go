// Package snapshot is the directory that an export leaves: the files of the
// formats, their sums, the schema, and the manifest that says what was read and
// what was not.
//
// A directory appears under its name only when it is complete: [Create] makes a
// hidden one beside it, [Builder.Publish] fills in sums and manifest, brings
// everything to the disk and renames. The package also carries a graph from
// where it is made to the formats ([Counter], [Fan]), and opens, copies and
// verifies what is there ([Open], [Copy], [Verify]).
//
// It never calls AWS and knows no format: formats come in as [graph.Open] and
// [Source] values. Start reading at [Builder] and [Manifest].
package snapshot
