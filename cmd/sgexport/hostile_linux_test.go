package main_test

import (
	"os"
	"syscall"
)

// irregularFiles are what nobody may open: a pipe that nobody writes to, and a
// device without an end.
func irregularFiles() []attack {
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	device := func(path string) error { return os.Symlink("/dev/zero", path) }
	var all []attack
	for _, name := range []string{"manifest.json", "SHA256SUMS", "schema.json", "jsonl/edges.jsonl"} {
		code := found
		if name == "manifest.json" || name == "SHA256SUMS" {
			code = failed
		}
		all = append(all,
			attack{name + " is a pipe", func(h *hostile) { h.replace(name, pipe) }, code, failed, "not a regular file"},
			attack{name + " is a device", func(h *hostile) { h.replace(name, device) }, code, failed, "not a regular file"},
		)
	}
	return append(all, attack{"a pipe too many", func(h *hostile) { h.replace("pipe", pipe) }, found, 0, "pipe: is not in the manifest"})
}
