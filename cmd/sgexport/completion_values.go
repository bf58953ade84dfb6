package main

import (
	"bufio"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/exporter"
)

// A choice is what an option takes, as far as that can be told.
type choice struct {
	words func() []candidate // nil where it may be anything
	list  bool               // of words, with commas between
	paths paths              // of which there are files or folders
}

// choices are what the options take, by their names, or by command and name where they
// differ. A test asks for each option that takes a value.
func choices() map[string]choice {
	only := func(all ...string) choice { return choice{words: func() []candidate { return plainWords(all) }} }
	kinds := choice{words: kindWords, list: true}
	return map[string]choice{
		"format": {words: func() []candidate { return plainWords(formatNames()) }, list: true},

		"audit format": only(auditFormats...), "lineage format": only(lineageFormats...),
		"stats format": only(statsFormats...), "schema format": only("markdown", "json", "sql"),

		"out": {paths: folders}, "lineage out": {paths: files}, "report out": {paths: files},
		"base": {paths: snapshots}, "waive": {paths: files}, "inventory": {paths: folders},

		"kinds": kinds, "skip-kinds": kinds,
		"neighbors":         {words: func() []candidate { return plainWords(append(exporter.NeighborGroups(), "none")) }, list: true},
		"region":            only(append([]string{allRegions}, regions...)...),
		"policy region":     only(allRegions),
		"condition-regions": {words: only(regions...).words, list: true},
		"profile":           {words: profileWords},
		"redact":            only("secrets", "none"),
		"compress":          only("zstd", "gzip", "none"),
		"log-format":        only("text", "json"),
		"without":           {words: edgeTypeWords, list: true},
		"graphml":           {words: only(graphmlFlavors()...).words, list: true},
		"cypher-dialect":    only(cypherDialects()...),
		"check":             {words: func() []candidate { return plainWords(audit.Names(checks.List())) }},
		"fail-on":           {words: levelWords},
		"beside":            {words: func() []candidate { return plainWords([]string{securityAudit().Name}) }},
		"describe-limit":    only("0", "2000", "all"), "pipeline-executions": only("0", "10", "all"),

		"endpoint-url": {}, "concurrency": {}, "max-connections": {}, "max-rps": {}, "call-timeout": {}, "give-up-after": {}, "timeout": {}, "now": {},
		"role-arn": {paths: roleFiles}, "role-name": {}, "accounts": {}, "skip-accounts": {}, "role-session-name": only("sgexport"), "external-id": {}, "role-duration": only("15m", "1h", "12h"),
		"title": {}, "depth": {}, "listen": {}, "scale": {}, "delay": {}, "deny": {}, "cypher-split": {}, "fault": {}, "seed": {}, "count": {},
	}
}

func plainWords(words []string) []candidate {
	var all []candidate
	for _, w := range words {
		all = append(all, candidate{w, ""})
	}
	return all
}

func kindWords() []candidate {
	var all []candidate
	for _, k := range exporter.Kinds() {
		all = append(all, candidate{noun(k.Label), k.Doc})
	}
	return all
}

func edgeTypeWords() []candidate {
	var all []candidate
	for _, t := range exporter.Schema().EdgeTypes {
		all = append(all, candidate{t.Name, t.Doc})
	}
	return all
}

func levelWords() []candidate {
	var all []candidate
	for _, l := range audit.Levels() {
		all = append(all, candidate{string(l), ""})
	}
	return all
}

// profileWords are the profiles of the AWS configuration.
func profileWords() []candidate {
	home, _ := os.UserHomeDir() // without one there are none
	var names []string
	for _, path := range []string{
		cmp.Or(os.Getenv("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")),
		cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(home, ".aws", "credentials")),
	} {
		text, err := readBounded(path, 1<<20)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
			line := strings.TrimSpace(lines.Text())
			if name, ok := strings.CutPrefix(line, "["); ok && strings.HasSuffix(name, "]") {
				name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(name, "]"), "profile "))
				if !strings.Contains(name, " ") { // sso-session and services are no profiles
					names = append(names, name)
				}
			}
		}
	}
	return plainWords(unique(names))
}

// valuesOf are what an option may take, behind what stands before it in the word.
func (l *commandLine) valuesOf(option, before, written string) []candidate {
	name := l.flag(option)
	all := choices()
	c, ok := all[l.command.Name+" "+name]
	if !ok {
		c = all[name]
	}
	var found []candidate
	switch {
	case c.paths != nil:
		found = c.paths(written)
	case c.words == nil:
		return nil
	case c.list:
		found = nextOfList(written, c.words())
	default:
		found = beginningWith(written, c.words())
	}
	for i := range found {
		found[i].value = before + found[i].value
	}
	return found
}

// nextOfList completes the last element of a list by those that are not in it yet.
func nextOfList(written string, all []candidate) []candidate {
	at := strings.LastIndexByte(written, ',') + 1
	given := strings.Split(written[:at], ",")
	var found []candidate
	for _, c := range beginningWith(written[at:], all) {
		if !slices.ContainsFunc(given, func(g string) bool { return strings.EqualFold(g, c.value) }) {
			found = append(found, candidate{written[:at] + c.value, c.says})
		}
	}
	return found
}

// paths are the candidates among files and folders for what is written.
type paths func(written string) []candidate

// folders are folders.
func folders(written string) []candidate { return entries(written, true) }

// files are files, and folders that may have some.
func files(written string) []candidate { return entries(written, false) }

// roleFiles are files with an @ before them, once that is written: ARNs of roles nobody
// here knows.
func roleFiles(written string) []candidate {
	path, ok := strings.CutPrefix(written, "@")
	if !ok {
		return nil
	}
	all := files(path)
	for i := range all {
		all[i].value = "@" + all[i].value
	}
	return all
}

// snapshots are folders with a manifest, and those that may have some.
func snapshots(written string) []candidate {
	all := folders(written)
	for i, c := range all {
		if isSnapshot(expanded(c.value)) {
			all[i] = candidate{strings.TrimSuffix(c.value, "/"), "snapshot"}
		}
	}
	return all
}

// mostEntries is how many names of a folder are looked at.
const mostEntries = 10_000

func entries(written string, foldersOnly bool) []candidate {
	dir, name := "", written
	if i := strings.LastIndexByte(written, '/'); i >= 0 {
		dir, name = written[:i+1], written[i+1:]
	}
	f, err := os.Open(cmp.Or(expanded(dir), "."))
	if err != nil {
		return nil
	}
	defer f.Close()
	list, _ := f.ReadDir(mostEntries) // what can be had of it
	var all []candidate
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), name) || name == "" && e.Name()[0] == '.' || strings.ContainsAny(e.Name(), "\n\t") {
			continue
		}
		path := dir + e.Name()
		info, err := os.Stat(expanded(path))
		switch {
		case err == nil && info.IsDir():
			all = append(all, candidate{path + "/", ""})
		case !foldersOnly:
			all = append(all, candidate{path, ""})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.value, b.value) })
	return all
}

// expanded is a path with the home directory in the place of ~.
func expanded(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return home + "/" + rest
		}
	}
	return path
}
