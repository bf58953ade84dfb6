package redact

import "github.com/sgexport/sgexport/exporter/jsontext"

// documents are members whose text is JSON of someone's making: secrets stand
// there as they do in the API's own structures.
var documents = map[string]bool{"PipelineDefinition": true, "JobConfigDocument": true, "HubContentDocument": true}

// Document takes the secrets out of a text that holds JSON. A text without
// secrets is returned as it is; one that is no JSON is treated as plain text.
func (f *Filter) Document(text string) string {
	if !f.On {
		return text
	}
	var v any
	if err := jsontext.Decode(text, &v); err != nil {
		return f.plain(text)
	}
	before := f.Hit
	f.Hit = false
	v = f.clean("", v)
	if !f.Hit {
		f.Hit = before
		return text
	}
	return string(jsontext.Append(nil, v))
}

// clean takes the secrets out of a decoded document. name is the key that v
// stands under.
func (f *Filter) clean(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if s, ok := inner.(string); ok {
				v[k] = f.Entry(name, k, s)
				continue
			}
			v[k] = f.clean(k, inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = f.clean(name, inner)
		}
	case string:
		return f.Text(name, v)
	}
	return v
}
