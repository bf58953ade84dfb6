package names

import "strings"

// UserInfo returns where user and password stand in a text that is a URL: s[start:end],
// without the @ behind them. ok is false where there are none. A password may have
// slashes although it should not, as in https://user:a/b@host/x.
//
// Not every @ ends them: https://host?mail=a@b, s3://bucket/a@b and an image with
// its digest have one too.
func UserInfo(s string) (start, end int, ok bool) {
	scheme, rest, isURL := strings.Cut(s, "://")
	if !isURL {
		return 0, 0, false
	}
	start = len(scheme) + len("://")
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		return start, start + at, !isDigest(rest[at+1:])
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 || ofPlaces[strings.ToLower(scheme)] || isDigest(rest[at+1:]) || !hasPassword(rest[:at], authority) {
		return 0, 0, false
	}
	return start, start + at, true
}

// ofPlaces are schemes of addresses that have no user: a path may hold anything.
var ofPlaces = map[string]bool{"s3": true, "s3a": true, "s3n": true, "gs": true, "oci": true, "docker": true, "file": true, "hdfs": true, "dbfs": true}

// hasPassword reports whether what stands before an @ behind a slash is a user with
// a password: authority is what stands before the slash.
func hasPassword(before, authority string) bool {
	if strings.ContainsAny(before, "?#") && !strings.Contains(authority, ":") {
		return false
	}
	if strings.HasPrefix(authority, "[") { // an address of IPv6
		return false
	}
	host, port, hasPort := strings.Cut(authority, ":")
	if hasPort {
		return strings.Trim(port, "0123456789") != "" // else a host with its port
	}
	// https://us/er:password@host: no host is so short of dots, and a path that
	// has a colon is rare.
	return host != "" && !strings.Contains(host, ".") && host != "localhost" && strings.Contains(before, ":")
}

// isDigest reports whether what follows an @ is the digest of an image.
func isDigest(s string) bool {
	algorithm, sum, ok := strings.Cut(s, ":")
	return ok && strings.HasPrefix(algorithm, "sha") && strings.Trim(algorithm[3:], "0123456789") == "" && sum != ""
}
