package jsontext

import (
	"encoding/json"
	"testing"
)

func TestCanonical(t *testing.T) {
	for text, want := range map[string]string{
		`{"b": 1, "a": [true, false, null, "x"]}`: `{"a":[true,false,null,"x"],"b":1}`,
		`12345678901234567890`:                    `12345678901234567890`,
		`1.50e3`:                                  `1.50e3`,
		`"\u00e9\/\u0001"`:                        `"é/\u0001"`,
		` [ ] `:                                   `[]`,
		`{}`:                                      `{}`,
		`{"a": {"z": 1, "y": {"b": [], "a": {}}}}`: `{"a":{"y":{"a":{},"b":[]},"z":1}}`,
	} {
		var v any
		if err := Decode(text, &v); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := string(Append(nil, v)); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{``, `{`, `nope`, `{"a":}`} {
		var v any
		if err := Decode(text, &v); err == nil {
			t.Errorf("%q was read as %v", text, v)
		}
	}
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[null,"\ud800"]}`, `1e400`, `"\u2028"`, `[[[]]]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v, again any
		if Decode(text, &v) != nil {
			return
		}
		once := Append(nil, v)
		if !json.Valid(once) {
			t.Fatalf("%q became %q", text, once)
		}
		if err := Decode(string(once), &again); err != nil || string(Append(nil, again)) != string(once) {
			t.Errorf("%q became %q and then %q, %v", text, once, Append(nil, again), err)
		}
	})
}
