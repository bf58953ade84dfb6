package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A service is one API: how it is asked, how it answers, and the file that its
// documents are in.
type service struct {
	scope    string // its name in the scope of a signature
	prefix   string // of its IAM actions
	protocol protocol
	target   string // what X-Amz-Target begins with; "": it has no targets
	version  string // of the query protocols
	// owns tells whether a request is for a service that has neither target
	// nor version.
	owns func(r *http.Request, signed bool) bool
	// find finds the operation of such a request, and what its path says.
	find       func(*http.Request) (name string, path map[string]string)
	operations map[string]operation
	dynamic    func(name string) (operation, *shape) // further operations, with the shapes of their input
	actions    map[string]string                     // IAM actions of operations that are not called like them

	file string // "": it has no documents
	// global files are of the account, others of a region.
	global bool
	data   reflect.Type // of the file; its members that are lists or structures are sections
	lower  bool         // members of the API begin with a small letter
	// texts are members that hold JSON as text. A file may have the JSON
	// itself.
	texts  []string
	keys   map[string]string // by section, the path of what names a document
	refers []reference
	// complete adds what follows from the documents, and refuses what the
	// service would.
	complete func(*store) error
	shape    *shape // of the file, worked out from data
}

// An operation answers a call.
type operation func(*Server, *request) (any, *apiError)

// A reference is a member of the documents of one section that names a
// document of another.
type reference struct{ section, path, other, key string }

// A store is the documents of a service in one place: the account, or a
// region of it.
type store struct {
	account, region string // region "" of a global one
	sections        map[string][]*document
	body            map[string]any // the members that are no sections
}

// services are all services, in the order in which they are asked whose a
// request is.
var services = sync.OnceValue(func() []*service {
	all := []*service{
		sagemakerService(), taggingService(), stsService(),
		iamService(), organizationsService(),
		ec2Service(), kmsService(), ecrService(), lambdaService(), ramService(),
		s3ControlService(), s3Service(),
	}
	for _, v := range all {
		if v.data == nil {
			continue
		}
		names := shapes{known: map[reflect.Type]*shape{}}
		if v.lower {
			names.member = func(name string) string { return strings.ToLower(name[:1]) + name[1:] }
		}
		v.shape = names.of(v.data)
	}
	return all
})

// serviceOf finds the service that a request is for: the one that it is signed
// for, or whose targets, versions or paths it has. nil: none.
func serviceOf(r *http.Request, signed *signature, form url.Values) *service {
	scope := ""
	if signed != nil {
		scope = signed.service
	}
	target := r.Header.Get("X-Amz-Target")
	for _, v := range services() {
		switch {
		case v.owns != nil:
			if (scope == v.scope || scope == "") && v.owns(r, scope != "") {
				return v
			}
		case v.target != "":
			if strings.HasPrefix(target, v.target) {
				return v
			}
		case form.Get("Action") != "" && form.Get("Version") == v.version:
			return v
		}
	}
	return nil
}

// operationOf is the name of the operation that a request asks for, and what
// its path says; "" without a name.
func (v *service) operationOf(r *http.Request, form url.Values) (name string, path map[string]string) {
	switch {
	case v.find != nil:
		return v.find(r)
	case v.target != "":
		return strings.TrimPrefix(r.Header.Get("X-Amz-Target"), v.target), nil
	}
	return form.Get("Action"), nil
}

// action is the IAM action of an operation.
func (v *service) action(operation string) string {
	if action := v.actions[operation]; action != "" {
		return v.prefix + ":" + action
	}
	return v.prefix + ":" + operation
}

// serviceOfFile finds the service whose documents are in a file of the account
// or of a region.
func serviceOfFile(file string, global bool) *service {
	for _, v := range services() {
		if v.file != "" && v.file == file && v.global == global {
			return v
		}
	}
	return nil
}

// load reads the documents of the service in one place.
func (v *service) load(text []byte, account, region string) (*store, error) {
	value, err := decode(text)
	if err != nil {
		return nil, err
	}
	if value, err = v.asText(value); err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(v.file, ".json")
	if err := v.shape.check(value, name, false); err != nil {
		return nil, err
	}
	st := &store{account: account, region: region, sections: map[string][]*document{}, body: map[string]any{}}
	for member, value := range value.(map[string]any) {
		switch s := v.shape.fields[member]; {
		case s.form == structForm:
			st.sections[member] = []*document{{body: value.(map[string]any)}}
		case s.form == listForm && s.elem.form == structForm:
			for _, item := range value.([]any) {
				st.sections[member] = append(st.sections[member], &document{body: item.(map[string]any)})
			}
		default:
			st.body[member] = value
		}
	}
	if err := v.checkKeys(st); err != nil {
		return nil, fmt.Errorf("%s.%w", name, err)
	}
	if v.complete != nil {
		if err := v.complete(st); err != nil {
			return nil, fmt.Errorf("%s.%w", name, err)
		}
	}
	return st, nil
}

// asText makes text of JSON that stands where text belongs.
func (v *service) asText(value any) (any, error) {
	switch value := value.(type) {
	case []any:
		for i := range value {
			var err error
			if value[i], err = v.asText(value[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for _, name := range sortedKeys(value) {
			var err error
			if object, ok := value[name].(map[string]any); ok && slices.Contains(v.texts, name) {
				value[name], err = plainText(object)
			} else {
				value[name], err = v.asText(value[name])
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}

// plainText is JSON as text, with <, > and & as they are.
func plainText(value any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// checkKeys refuses documents without what names them, two of one name, and
// references to what is not there.
func (v *service) checkKeys(st *store) error {
	for _, section := range sortedKeys(v.keys) {
		seen := map[string]bool{}
		for i, doc := range st.sections[section] {
			switch key := first(lookup(doc.body, v.keys[section])); {
			case key == "":
				return fmt.Errorf("%s[%d].%s: missing", section, i, v.keys[section])
			case seen[key]:
				return fmt.Errorf("%s[%d].%s: %s appears twice", section, i, v.keys[section], key)
			default:
				seen[key] = true
			}
		}
	}
	for _, ref := range v.refers {
		there := map[string]bool{}
		for _, doc := range st.sections[ref.other] {
			for _, key := range lookup(doc.body, ref.key) {
				there[key] = true
			}
		}
		for i, doc := range st.sections[ref.section] {
			for _, key := range lookup(doc.body, ref.path) {
				if !there[key] {
					return fmt.Errorf("%s[%d].%s: %s is not in %s", ref.section, i, ref.path, key, ref.other)
				}
			}
		}
	}
	return nil
}

// find is the document of a section that a value names; nil: none.
func (st *store) find(section, path, value string) *document {
	for _, doc := range st.sections[section] {
		if first(lookup(doc.body, path)) == value {
			return doc
		}
	}
	return nil
}

// store is the documents of a service that a request sees. One that has none
// is empty.
func (s *Server) store(v *service, r *request) *store {
	place := r.region.name
	if v.global {
		place = ""
	}
	if st := r.inventory.stores[place+"/"+v.file]; st != nil {
		return st
	}
	return &store{account: r.inventory.account, region: place}
}

// one is what an action sees of a document; nil: it is not there.
func (s *Server) one(r *request, doc *document) map[string]any {
	if doc == nil {
		return nil
	}
	if docs := s.edit(r, doc); len(docs) > 0 {
		return docs[0]
	}
	return nil
}

// A listing is a page of the documents of a store that a request asks for.
type listing struct {
	docs  []*document
	match func(body map[string]any) bool // nil: all
	token string                         // input member with the token of the page
	limit int                            // documents in a page
	// badToken is the code of the error about a token of another listing.
	badToken string
}

// An item is a document as an action sees it, and where it is from.
type item struct {
	doc  *document
	body map[string]any
}

// items are the documents of a page, and the token of the next.
func (s *Server) items(r *request, l listing) (items []item, next string, failure *apiError) {
	p := &page{docs: sequence{docs: l.docs}, limit: l.limit, tokenName: l.token}
	if l.match != nil {
		p.match = func(doc fields) bool { return l.match(doc.whole()) }
	}
	found, failure := s.page(r, p, func(doc *document, body map[string]any) any { return item{doc, body} })
	if failure != nil {
		return nil, "", &apiError{code: l.badToken, message: failure.message}
	}
	for _, one := range found {
		items = append(items, one.(item))
	}
	return items, p.token, nil
}

// bodies are the documents of items.
func bodies(items []item) []any {
	out := make([]any, len(items))
	for i, one := range items {
		out[i] = one.body
	}
	return out
}

// item is the shape of the documents of a section.
func (v *service) item(section string) *shape {
	s := v.shape.fields[section]
	if s.form == listForm {
		return s.elem
	}
	return s
}

// project are the documents of items as an answer in JSON has them.
func (v *service) project(section string, items []item) []any {
	list := &shape{form: listForm, elem: v.item(section)}
	return list.project(bodies(items)).([]any)
}

// numbers makes numbers of members that a form has as text.
func (r *request) numbers(members ...string) {
	for _, member := range members {
		if value, ok := r.input[member].(string); ok {
			r.input[member] = json.Number(value)
		}
	}
}

// limit reads how many items a page may have, with an error in the words and
// the code of the service.
func (r *request) limit(member, code string, low, high, fallback int) (int, *apiError) {
	n, failure := r.bounded(member, low, high, fallback)
	if failure != nil {
		return 0, &apiError{code: code, message: failure.message}
	}
	return n, nil
}

// matches tells whether a text fits a pattern in which * stands for any
// characters and ? for any one.
func matches(pattern, text string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == text
	}
	expression := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text)
}
