package cyclonedx

import (
	"fmt"
	"strings"
)

// imagePurl returns the package URL of an image: of type oci where its digest is
// known, else of type docker, whose version may be a tag; or "" for what is no image
// URI. Source: the type definitions of the purl specification.
func imagePurl(uri, tag, digest string) string {
	repository, _, _ := strings.Cut(uri, "@")
	if tag != "" {
		repository = strings.TrimSuffix(repository, ":"+tag)
	}
	host, path, ok := strings.Cut(repository, "/")
	if !ok || path == "" || strings.HasSuffix(path, "/") || !strings.ContainsAny(host, ".:") {
		return ""
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	if digest != "" {
		purl := "pkg:oci/" + percent(strings.ToLower(name)) + "@" + percent(strings.ToLower(digest)) + "?repository_url=" + qualifier(repository)
		if tag != "" {
			purl += "&tag=" + qualifier(tag)
		}
		return purl
	}
	purl := "pkg:docker/"
	for _, part := range strings.Split(path, "/") {
		purl += percent(part) + "/"
	}
	purl = strings.TrimSuffix(purl, "/")
	if tag != "" {
		purl += "@" + percent(tag)
	}
	return purl + "?repository_url=" + qualifier(host)
}

// huggingFacePurl returns the package URL of a model that a text names as Hugging
// Face does, owner/name, or "".
func huggingFacePurl(text string) string {
	owner, name, ok := strings.Cut(text, "/")
	if !ok || !isHubName(owner) || !isHubName(name) {
		return ""
	}
	return "pkg:huggingface/" + percent(owner) + "/" + percent(name)
}

// isHubName reports whether a part of a name is one of Hugging Face's.
func isHubName(s string) bool {
	return s != "" && s[0] != '.' && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// qualifier writes the value of a qualifier, in which slashes stay.
func qualifier(s string) string { return strings.ReplaceAll(percent(s), "%2F", "/") }

// percent writes in percents what a part of a package URL does not have.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~:", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
