package reading

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
)

// inText matches references that stand inside a longer text.
var inText = regexp.MustCompile("(?:arn:[a-z-]+:[a-z0-9-]+:|(?i:s3[an]?)://)[^\\s\"'`<>(){}\\[\\],;\\\\]+")

// referencesIn returns what a document has that may be a reference, in its
// order: each text of its JSON that t can find as a whole, and of the other
// texts whatever looks like an ARN or an address in S3. What is no JSON is one
// text.
func referencesIn(document string, t catalog.Target, c *catalog.Context) []string {
	var found []string
	add := func(text string) {
		inside := inText.FindAllString(text, -1)
		if _, ok := t.Find(c, text); ok && len(inside) < 2 {
			found = append(found, text)
			return
		}
		for _, m := range inside {
			found = append(found, strings.TrimRight(m, ".:"))
		}
	}
	for d := json.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				found = nil
				add(document)
			}
			return found
		}
		if text, ok := token.(string); ok {
			add(text)
		}
	}
}
