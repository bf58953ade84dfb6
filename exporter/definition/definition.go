// Package definition reads the definitions of pipelines, which are JSON documents
// inside the API's answers.
package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/jsontext"
)

// A Step is a step as a pipeline's definition has it, and what follows
// for it from where it stands. Source: the SageMaker pipeline definition JSON
// schema.
type Step struct {
	Name        *string
	Type        *string
	DisplayName *string
	Description *string
	DependsOn   []string
	// PropertyReferences are the properties of other steps that this one's
	// arguments refer to: Steps.Train.ModelArtifacts.S3ModelArtifacts.
	PropertyReferences []string
	// Condition is the condition step that this one is a branch of, and Branch is
	// IfSteps or ElseSteps.
	Condition *string
	Branch    *string
	Arguments *jsontext.Text
	Settings  *jsontext.Text // all else: cache, retries, property files …
}

// Steps returns the steps of a definition, those in the branches of
// conditions included, each once. Where some cannot be read, the error says why, and
// the others are there.
func Steps(text string) ([]Step, error) {
	var definition struct {
		Steps []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &definition); err != nil {
		return nil, fmt.Errorf("the definition is not JSON as a pipeline has it: %w", err)
	}
	var steps []Step
	err := addSteps(&steps, definition.Steps, "", "")
	return steps, err
}

func addSteps(steps *[]Step, list []map[string]json.RawMessage, condition, branch string) error {
	var wrong []error
	for _, raw := range list {
		wrong = append(wrong, addStep(steps, raw, condition, branch))
	}
	return errors.Join(wrong...)
}

// addStep adds a step and those in its branches.
func addStep(steps *[]Step, raw map[string]json.RawMessage, condition, branch string) error {
	s, settings, err := stepIn(raw)
	if err != nil {
		return err
	}
	if condition != "" {
		s.Condition, s.Branch = &condition, &branch
	}
	arguments, branches, err := argumentsOf(&s, settings)
	if err != nil {
		return err
	}
	if err := s.describe(arguments, settings); err != nil {
		return err
	}
	*steps = append(*steps, s)
	var wrong []error
	for _, name := range branchNames {
		wrong = append(wrong, addSteps(steps, branches[name], *s.Name, name))
	}
	return errors.Join(wrong...)
}

// stepIn reads the members of a step that are the same for all; settings are the
// others.
func stepIn(raw map[string]json.RawMessage) (s Step, settings map[string]json.RawMessage, err error) {
	settings = maps.Clone(raw)
	for name, into := range map[string]any{"Name": &s.Name, "Type": &s.Type, "DisplayName": &s.DisplayName, "Description": &s.Description, "DependsOn": &s.DependsOn} {
		if text, ok := raw[name]; ok {
			if err := json.Unmarshal(text, into); err != nil {
				return s, nil, fmt.Errorf("%s of a step: %w", name, err)
			}
			delete(settings, name)
		}
	}
	if s.Name == nil || *s.Name == "" {
		return s, nil, fmt.Errorf("a step has no name")
	}
	return s, settings, nil
}

// branchNames are the arguments of a condition step that hold steps.
var branchNames = []string{"IfSteps", "ElseSteps"}

// argumentsOf takes the arguments out of a step's settings, and out of those the
// steps in its branches, which are steps of their own.
func argumentsOf(s *Step, settings map[string]json.RawMessage) (arguments map[string]json.RawMessage, branches map[string][]map[string]json.RawMessage, err error) {
	arguments, branches = map[string]json.RawMessage{}, map[string][]map[string]json.RawMessage{}
	if text, ok := settings["Arguments"]; ok {
		if err := json.Unmarshal(text, &arguments); err != nil {
			return nil, nil, fmt.Errorf("arguments of step %s: %w", *s.Name, err)
		}
		delete(settings, "Arguments")
	}
	for _, name := range branchNames {
		if text, ok := arguments[name]; ok {
			var list []map[string]json.RawMessage
			if err := json.Unmarshal(text, &list); err != nil {
				return nil, nil, fmt.Errorf("%s of step %s: %w", name, *s.Name, err)
			}
			branches[name] = list
			delete(arguments, name)
		}
	}
	return arguments, branches, nil
}

// describe sets what a step's arguments and settings tell.
func (s *Step) describe(arguments, settings map[string]json.RawMessage) (err error) {
	if s.Arguments, err = canonicalText(arguments); err != nil {
		return err
	}
	if s.Settings, err = canonicalText(settings); err != nil {
		return err
	}
	for _, part := range []any{arguments, settings} {
		references, err := propertyReferences(part)
		if err != nil {
			return err
		}
		s.PropertyReferences = append(s.PropertyReferences, references...)
	}
	slices.Sort(s.PropertyReferences)
	s.PropertyReferences = slices.Compact(s.PropertyReferences)
	return nil
}

// canonicalText returns a part of a definition as canonical JSON; nil where
// nothing is left of it.
func canonicalText(part map[string]json.RawMessage) (*jsontext.Text, error) {
	if len(part) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	var v any
	if err := jsontext.Decode(string(data), &v); err != nil {
		return nil, err
	}
	text := jsontext.Text(jsontext.Append(nil, v))
	return &text, nil
}

// propertyReferences finds every {"Get": "Steps.X.…"} in a part of a definition.
func propertyReferences(part any) ([]string, error) {
	data, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	var found []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if get, ok := v["Get"].(string); ok && len(v) == 1 && StepOf(get) != "" {
				found = append(found, get)
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(v)
	return found, nil
}

// StepOf returns the step in a property reference, or "" where it refers to
// something else, such as a parameter.
func StepOf(reference string) string {
	rest, ok := strings.CutPrefix(reference, "Steps.")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, ".["); end >= 0 {
		rest = rest[:end]
	}
	return rest
}
