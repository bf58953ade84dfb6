package policy

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

//go:embed reference/iam-data.txt.gz
var iamData []byte

//go:embed reference/overlay.txt
var overlay string

// Reference is AWS's service authorization reference: which actions there are, on what, and with which condition keys. It does not change.
// The data, their licence, and how they are refreshed are in audit/policy/reference and audit/policy/refresh.
type Reference struct {
	// Source is the package that the data come from; Version and Updated are its own.
	Source, Version, Updated string

	services map[string]*service
	order    []string
	rcp      map[string]bool
}

type service struct {
	types   map[string]*ResourceType
	actions map[string]*Action // by name in lower case
	order   []*Action
	// keys are the service's condition keys, as far as some action or resource type has them: fixed parts.
	keys map[string]bool
}

// Action is one action of the reference.
type Action struct {
	Service, Name string
	// Level is List, Read, Write, Tagging or Permissions management.
	Level string
	// Resources are the types of resource that the action is done to, none for actions on "*" only.
	Resources []ActionResource
	// Keys are the action's condition keys, without those of its resource types. A variable part stands as ${…}.
	Keys []string
	// KeysOpen says that the keys are documented nowhere.
	KeysOpen bool

	fixed []string // fixed parts of Keys
}

// FullName is service:Name.
func (a *Action) FullName() string { return a.Service + ":" + a.Name }

// ActionResource is a type of resource that an action is done to.
type ActionResource struct {
	Type string
	// Required says that a call always has such a resource, and policies must allow the action on it.
	Required bool
	// Keys are the condition keys of the action on this type, beyond those of the type.
	Keys []string

	fixed []string
	known *ResourceType
}

// ResourceType is one type of resource.
type ResourceType struct {
	Service, Name string
	// ARN is the form of its ARNs, with variable parts as ${…}.
	ARN string
	// Keys are the condition keys that resources of this type bring.
	Keys []string

	arn   pattern
	fixed []string
}

// Matches says whether an ARN has the type's form.
func (t *ResourceType) Matches(arn string) bool { return t.arn.match(arn, nil) == Yes }

// ServiceReference is the reference that is built in. The first call reads it: two megabytes of text.
func ServiceReference() *Reference { return builtIn() }

var builtIn = sync.OnceValue(func() *Reference {
	r, err := readReference(iamData, overlay)
	if err != nil {
		panic(fmt.Sprintf("the built-in service authorization reference: %v", err))
	}
	return r
})

func readReference(packed []byte, more string) (*Reference, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	r := &Reference{services: map[string]*service{}, rcp: map[string]bool{}}
	for _, t := range [...]string{string(text), more} {
		if err := r.read(t); err != nil {
			return nil, err
		}
	}
	r.finish()
	return r, nil
}

// read reads lines as audit/policy/refresh writes them.
func (r *Reference) read(text string) error {
	var s *service
	var name string
	var a *Action
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		bad := func(err error) error { return fmt.Errorf("line %d: %w", n, err) }
		want := map[string]int{"source": 4, "rcp": 2, "service": 2, "type": 4, "key": 3, "action": 4, "on": 4}[f[0]]
		if want != len(f) {
			return bad(fmt.Errorf("%q has %d fields", f[0], len(f)))
		}
		if s == nil && want >= 3 && f[0] != "source" {
			return bad(errors.New("no service before it"))
		}
		switch f[0] {
		case "source":
			r.Source, r.Version, r.Updated = f[1], f[2], f[3]
		case "rcp":
			for _, x := range strings.Fields(f[1]) {
				r.rcp[x] = true
			}
		case "service":
			name = f[1]
			if s = r.services[name]; s == nil {
				s = &service{types: map[string]*ResourceType{}, actions: map[string]*Action{}, keys: map[string]bool{}}
				r.services[name] = s
				r.order = append(r.order, name)
			}
			a = nil
		case "type":
			t := &ResourceType{Service: name, Name: f[1], ARN: f[2], Keys: strings.Fields(f[3]), arn: compile(starred(f[2]), wildcards)}
			if s.types[lowerASCII(t.Name)] != nil {
				return bad(fmt.Errorf("the type %s stands twice", t.Name))
			}
			s.types[lowerASCII(t.Name)] = t
		case "key":
			// A key that no action has is not used: where it is found is not known.
		case "action":
			a = &Action{Service: name, Name: f[1], Level: f[2]}
			if a.Keys = strings.Fields(f[3]); f[3] == "?" {
				a.Keys, a.KeysOpen = nil, true
			}
			if s.actions[lowerASCII(a.Name)] != nil {
				return bad(fmt.Errorf("the action %s stands twice", a.Name))
			}
			s.actions[lowerASCII(a.Name)] = a
			s.order = append(s.order, a)
		case "on":
			if a == nil {
				return bad(errors.New("no action before it"))
			}
			a.Resources = append(a.Resources, ActionResource{Type: f[1], Required: f[2] == "*", Keys: strings.Fields(f[3])})
		}
	}
	return nil
}

// starred puts a star in the place of each ${…}.
func starred(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteByte('*')
		if _, s, ok = strings.Cut(rest, "}"); !ok {
			return b.String()
		}
	}
}

// finish joins actions with their types, and works out the fixed parts of keys.
func (r *Reference) finish() {
	slices.Sort(r.order)
	seen := map[string]string{} // a few thousand keys stand in tens of thousands of places
	fixed := func(keys []string, s *service) []string {
		if len(keys) == 0 {
			return nil
		}
		out := make([]string, len(keys))
		for i, k := range keys {
			f, ok := seen[k]
			if !ok {
				f = fixedPart(k)
				seen[k] = f
			}
			out[i] = f
			s.keys[f] = true
		}
		return out
	}
	for _, s := range r.services {
		slices.SortFunc(s.order, func(a, b *Action) int { return strings.Compare(a.Name, b.Name) })
		for _, t := range s.types {
			t.fixed = fixed(t.Keys, s)
		}
		for _, a := range s.order {
			a.fixed = fixed(a.Keys, s)
			for i := range a.Resources {
				t := &a.Resources[i]
				t.fixed = fixed(t.Keys, s)
				t.known = s.types[lowerASCII(t.Type)]
			}
		}
	}
}

// fixedPart is a key in lower case up to its variable part: aws:resourcetag/, kms:encryptioncontext:.
func fixedPart(key string) string {
	if i := strings.IndexAny(key, "$<"); i >= 0 {
		key = key[:i]
	}
	return lowerASCII(key)
}

// has says whether a key, named in lower case, is one of the action or of its types.
func (a *Action) has(name string) bool {
	if among(a.fixed, name) {
		return true
	}
	for i := range a.Resources {
		t := &a.Resources[i]
		if among(t.fixed, name) || t.known != nil && among(t.known.fixed, name) {
			return true
		}
	}
	return false
}

func among(fixed []string, name string) bool {
	for _, f := range fixed {
		if f == name || isFixed(f) && strings.HasPrefix(name, f) {
			return true
		}
	}
	return false
}

// isFixed says whether something variable follows a part.
func isFixed(f string) bool { return strings.HasSuffix(f, "/") || strings.HasSuffix(f, ":") }

// Action finds an action by service:Name, in any case. It is nil for what is not in the reference.
func (r *Reference) Action(name string) *Action {
	prefix, action, _ := strings.Cut(lowerASCII(name), ":")
	s := r.services[prefix]
	if s == nil {
		return nil
	}
	return s.actions[action]
}

// Actions are all actions that match a pattern as it stands in an Action element, sorted by service and name.
func (r *Reference) Actions(pattern string) []*Action {
	p := compileAction(pattern)
	if p.broken != "" {
		return nil
	}
	var out []*Action
	for _, prefix := range r.order {
		for _, a := range r.services[prefix].order {
			if p.match(lowerASCII(a.FullName()), nil) == Yes {
				out = append(out, a)
			}
		}
	}
	return out
}

// Services are the prefixes of all services, sorted.
func (r *Reference) Services() []string { return slices.Clone(r.order) }

// ResourceType finds a type by its service and name. It is nil for what is not in the reference.
func (r *Reference) ResourceType(prefix, name string) *ResourceType {
	s := r.services[lowerASCII(prefix)]
	if s == nil {
		return nil
	}
	return s.types[lowerASCII(name)]
}

// TypesOf are the types of a service whose form an ARN has, sorted by name.
func (r *Reference) TypesOf(prefix, arn string) []*ResourceType {
	s := r.services[lowerASCII(prefix)]
	if s == nil {
		return nil
	}
	var out []*ResourceType
	for _, t := range s.types {
		if t.Matches(arn) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *ResourceType) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// RCPSupports says whether resource control policies apply to the resources of a service.
func (r *Reference) RCPSupports(prefix string) bool { return r.rcp[lowerASCII(prefix)] }

// keyIn says whether requests of an action have a condition key, named in lower case: No is certain.
//
// "Condition context keys may not be present in the authorization context when: you are using service specific condition context keys in
// requests to resources that do not support that condition key." The reference lists with each action, and with each type of resource, the keys
// that it supports. No is said only of keys that stand with some other action: where a key is found that stands with none
// (ec2:SourceInstanceARN comes with a session's credentials) the reference does not say.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func (r *Reference) keyIn(a *Action, k *key) Truth {
	if a == nil || a.KeysOpen || travels(k.name) {
		return Maybe
	}
	if a.has(k.name) {
		return Maybe
	}
	if k.service == "aws" {
		// Of the global keys the reference has those of tags alone.
		switch k.id {
		case requestTagKey, tagKeysKey:
			return No
		}
		return Maybe
	}
	s := r.services[k.service]
	if s == nil || !anyOf(s.keys, k.name) {
		return Maybe
	}
	return No
}

// anyOf finds a key, or its fixed part.
func anyOf(keys map[string]bool, name string) bool {
	if keys[name] {
		return true
	}
	for i := len(name) - 1; i > 0; i-- {
		if c := name[i]; (c == '/' || c == ':') && keys[name[:i+1]] {
			return true
		}
	}
	return false
}

// travels says whether a key comes with the credentials of a session to requests of any service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-other
func travels(key string) bool {
	switch key {
	case "ec2:sourceinstancearn", "ec2:roledelivery", "lambda:sourcefunctionarn", "ssm:sourceinstancearn",
		"glue:roleassumedby", "glue:credentialissuingservice", "identitystore:userid",
		"codebuild:buildarn", "codebuild:projectarn", "sts:sourceidentity":
		return true
	}
	return false
}

// reference is what the service authorization reference says of a key in a request of this action.
func (ev *evaluation) reference(k *key) value {
	if ServiceReference().keyIn(ev.refAction(), k) == No {
		return value{state: absent}
	}
	return value{}
}

// rcpApplies says whether resource control policies apply to an action. kms:RetireGrant is not affected by them.
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
func rcpApplies(service, action string) bool {
	return ServiceReference().RCPSupports(service) && action != "kms:retiregrant"
}
