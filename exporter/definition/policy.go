package definition

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/sgexport/sgexport/exporter/jsontext"
)

// A Statement is one of an IAM policy. Source: IAM User Guide, Grammar of the IAM JSON
// policy language.
type Statement struct {
	Number                int64 // from 1
	Sid, Effect           *string
	Action, NotAction     []string
	Resource, NotResource []string
	// Canonical JSON.
	Principal, NotPrincipal, Condition *string
}

// A statement is one as it stands in a policy: what may be a text or a list is raw.
type statement struct {
	Sid, Effect                              *string
	Action, NotAction, Resource, NotResource json.RawMessage
	Principal, NotPrincipal, Condition       json.RawMessage
}

// Statements returns the statements of a policy. Where the policy or one of its
// statements cannot be read, the error says why, and the others are there.
func Statements(text string) ([]Statement, error) {
	raw, err := statementsOf(text)
	if err != nil {
		return nil, err
	}
	var all []Statement
	var wrong []error
	for i, r := range raw {
		s, err := r.read(int64(i + 1))
		if err != nil {
			wrong = append(wrong, fmt.Errorf("statement %d: %w", i+1, err))
			continue
		}
		all = append(all, s)
	}
	return all, errors.Join(wrong...)
}

func statementsOf(text string) ([]statement, error) {
	var policy struct{ Statement json.RawMessage }
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	if err := d.Decode(&policy); err != nil {
		return nil, fmt.Errorf("the policy is not JSON as a policy has it: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something behind the policy")
	}
	var list []statement
	if err := oneOrMore(policy.Statement, &list); err != nil {
		return nil, fmt.Errorf("Statement: %w", err)
	}
	return list, nil
}

// oneOrMore reads a value that may stand alone or in a list.
func oneOrMore[T any](raw json.RawMessage, list *[]T) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil
	}
	if raw[0] == '[' {
		return json.Unmarshal(raw, list)
	}
	var one T
	if err := json.Unmarshal(raw, &one); err != nil {
		return err
	}
	*list = []T{one}
	return nil
}

func (r *statement) read(number int64) (s Statement, err error) {
	s = Statement{Number: number, Sid: r.Sid, Effect: r.Effect}
	for _, list := range []struct {
		name string
		from json.RawMessage
		to   *[]string
	}{{"Action", r.Action, &s.Action}, {"NotAction", r.NotAction, &s.NotAction}, {"Resource", r.Resource, &s.Resource}, {"NotResource", r.NotResource, &s.NotResource}} {
		if err := oneOrMore(list.from, list.to); err != nil {
			return s, fmt.Errorf("%s: %w", list.name, err)
		}
	}
	for _, part := range []struct {
		from json.RawMessage
		to   **string
	}{{r.Principal, &s.Principal}, {r.NotPrincipal, &s.NotPrincipal}, {r.Condition, &s.Condition}} {
		if len(part.from) == 0 {
			continue
		}
		text, err := jsontext.Canonical(string(part.from))
		if err != nil {
			return s, err
		}
		*part.to = (*string)(&text)
	}
	return s, nil
}

// Principals returns whom the Allow statements of a policy name as principals, each
// once, in the policy's order. What cannot be read names none.
func Principals(text string) []string {
	list, _ := statementsOf(text)
	var all []string
	for _, s := range list {
		if s.Effect == nil || *s.Effect != "Allow" {
			continue
		}
		for _, name := range principalsIn(s.Principal) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

func principalsIn(raw json.RawMessage) []string {
	var anyone string
	if json.Unmarshal(raw, &anyone) == nil && anyone != "" {
		return []string{anyone}
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(raw, &kinds) != nil {
		return nil
	}
	var all []string
	for _, kind := range []string{"AWS", "Service", "Federated", "CanonicalUser"} {
		var list []string
		if oneOrMore(kinds[kind], &list) == nil {
			all = append(all, list...)
		}
	}
	return all
}
