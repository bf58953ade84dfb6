package graphml

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// caption is a short text for people that tells a node from others of its label
// within an account and region, as far as its id and its name do. It is made of
// the two alone: nothing is known of other nodes while they are written. scratch
// may be used for it.
func caption(label *graph.Label, id, name string, scratch []byte) (text string, used []byte) {
	id = strings.TrimPrefix(id, label.Name+":")
	service, resource, isARN := splitARN(id)
	switch {
	case isARN && resource == "root":
		return accountOf(id), scratch
	case isARN:
		return ofARN(service, resource, name, scratch)
	case name == "", strings.Contains(id, "@sha256:"): // images of one name
		return ofID(id), scratch
	case isCommon(name):
		return join(scratch, name, " ", lastPart(id))
	}
	return name, scratch
}

// ofARN prefers the name, with what the ARN has before it where the name alone is
// not unique: the app of a profile, the execution of a pipeline.
func ofARN(service, resource, name string, scratch []byte) (string, []byte) {
	path := resource
	if i := strings.IndexAny(resource, "/:"); i >= 0 && i+1 < len(resource) {
		path = resource[i+1:]
	}
	if i := strings.LastIndex(path, "/arn:"); i >= 0 {
		if service, resource, ok := splitARN(path[i+1:]); ok {
			return ofARN(service, resource, name, scratch) // what an ARN is about: a resource of a share
		}
	}
	switch {
	case name == "" && !strings.Contains(path, "/"), strings.EqualFold(path, name):
		return cmpOr(name, path), scratch
	case service == "iam" && name != "" && !isInside(path):
		return name, scratch // a path is a folder, and names are unique without it
	case name == "" || hasPart(path, name) || service == "iam":
		return withoutKinds(path, scratch)
	case isCommon(name):
		return join(scratch, name, " ", lastPart(path))
	}
	return name, scratch
}

// isInside reports whether what IAM calls so is part of a policy, or of a principal.
func isInside(path string) bool {
	return strings.Contains(path, "/inline_policy/") || strings.Contains(path, "/version/") || strings.Contains(path, "/statement/")
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ofID shortens what is no ARN: an image has its repository and tag, or the
// beginning of its digest, and an address no host.
func ofID(id string) string {
	rest := id
	if _, after, ok := strings.Cut(id, "://"); ok {
		if _, path, ok := strings.Cut(after, "/"); ok {
			rest = strings.TrimSuffix(path, ".git")
		}
	} else if host, path, ok := strings.Cut(id, "/"); ok && strings.Contains(host, ".") {
		rest = path
	}
	if before, digest, ok := strings.Cut(rest, "@sha256:"); ok && len(digest) == 64 {
		rest = rest[:len(before)+len("@sha256:")+12]
	}
	return cmpOr(rest, id)
}

// splitARN returns the third and the last of the six parts of an ARN.
func splitARN(s string) (service, resource string, ok bool) {
	rest, ok := strings.CutPrefix(s, "arn:")
	for i := 0; ok && i < 4; i++ {
		var part string
		if part, rest, ok = strings.Cut(rest, ":"); i == 1 {
			service = part
		}
	}
	return service, rest, ok && rest != ""
}

func accountOf(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	return part[4]
}

func lastPart(path string) string { return path[strings.LastIndexAny(path, "/:")+1:] }

// hasPart reports whether one of the parts of a path is the name, in any case:
// some ARNs have small letters where names do not.
func hasPart(path, name string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if strings.EqualFold(part, name) {
			return true
		}
	}
	return false
}

// isCommon says of names that AWS gives to one in each network, domain or group.
func isCommon(name string) bool { return name == "default" }

// withoutKinds leaves out the parts of a path that say of what kind the next is.
func withoutKinds(path string, scratch []byte) (string, []byte) {
	scratch = scratch[:0]
	first := true
	for part := range strings.SplitSeq(path, "/") {
		if !first && slices.Contains(kindWords[:], part) && len(scratch)+len(part)+1 < len(path) {
			continue
		}
		if !first {
			scratch = append(scratch, '/')
		}
		scratch = append(scratch, part...)
		first = false
	}
	return view(scratch), scratch
}

// kindWords stand in ids before what is of a resource.
var kindWords = [...]string{"execution", "step", "version", "statement", "inline_policy", "feature", "alert", "candidate", "node", "device", "export-job", "ultraserver"}

func join(scratch []byte, parts ...string) (string, []byte) {
	scratch = scratch[:0]
	for _, p := range parts {
		scratch = append(scratch, p...)
	}
	return view(scratch), scratch
}
