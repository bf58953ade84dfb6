// Package reading turns structures of the API into records. An entry of the
// catalog is compiled once against the SDK's types: its columns, what each
// structure has of them, the paths of its references. Then a [Reader] reads the
// structures of one kind in one scope.
//
// It knows no kind by name and makes no call. Start at [Compile].
package reading
