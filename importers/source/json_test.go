package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestParseJSON(t *testing.T) {
	const text = `{"name": "Mend \"nets\" \ud83e\udea2\/",
 "a/b~c": [1, -2.5e3, true, null, {"x": []}],
 "name": "again", "q": NaN}`
	v, slips, err := ParseJSON("badge.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var walk func(v *Value)
	walk = func(v *Value) {
		got = append(got, fmt.Sprintf("%s = %s", v.Pointer(), text[v.Start:v.End]))
		for _, m := range v.Members {
			walk(m.Value)
		}
		for _, item := range v.Items {
			walk(item)
		}
	}
	walk(v)
	want := []string{
		" = " + text,
		`/name = "Mend \"nets\" \ud83e\udea2\/"`,
		`/a~1b~0c = [1, -2.5e3, true, null, {"x": []}]`,
		"/a~1b~0c/0 = 1", "/a~1b~0c/1 = -2.5e3", "/a~1b~0c/2 = true", "/a~1b~0c/3 = null", `/a~1b~0c/4 = {"x": []}`, "/a~1b~0c/4/x = []",
		`/name = "again"`, "/q = NaN",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if s := v.Members[0].Value.Text; s != `Mend "nets" 🪢/` {
		t.Errorf("decoded %q", s)
	}
	if s := v.Get("name").String(); s != "again" {
		t.Errorf("the last of two members counts, not %q", s)
	}
	var codes []string
	for _, s := range slips {
		codes = append(codes, s.Code+" "+s.Pointer)
	}
	if diff := cmp.Diff([]string{"duplicate-key /name", "not-a-number /q"}, codes); diff != "" {
		t.Errorf("slips (-want +got)\n%s", diff)
	}
}

func TestParseJSONSlips(t *testing.T) {
	tests := []struct{ data, text, code string }{
		{"\ufeff\"x\"", "x", "byte-order-mark"},
		{"\"r\xe9parer\"", "r\uFFFDparer", "invalid-utf8"},
		{"\"a\nb\tc\"", "a\nb\tc", ""},
		{`"\ud83e"`, "\uFFFD", ""},
		{`"\ud83ex\udea2"`, "\uFFFDx\uFFFD", ""},
		{"-Infinity", "-Infinity", "not-a-number"},
		{"1e999", "1e999", ""},
	}
	for _, tt := range tests {
		v, slips, err := ParseJSON("x.json", []byte(tt.data))
		if err != nil {
			t.Errorf("%q: %v", tt.data, err)
			continue
		}
		code := ""
		if len(slips) > 0 {
			code = slips[0].Code
		}
		if v.Text != tt.text || code != tt.code {
			t.Errorf("%q gives %q with %q; want %q with %q", tt.data, v.Text, code, tt.text, tt.code)
		}
	}
}

func TestParseJSONErrors(t *testing.T) {
	tests := []struct{ data, want string }{
		{"", "x.json: is empty"},
		{"\ufeff \n", "x.json: is empty"},
		{"{\n \"a\": 1,\n}", "x.json:3: column 1: not valid JSON: a member name in double quotes was expected"},
		{"[1 2]", `column 4: not valid JSON: a comma or ] was expected, not "2]"`},
		{`{"a" 1}`, "a colon was expected"},
		{"[1", "a comma or ] was expected, not the end of the document"},
		{`"abc`, "the string that starts here never ends"},
		{`"\x"`, `the escape \x does not exist`},
		{`"\u12"`, "four hexadecimal digits"},
		{"\"a\x01\"", "control character (0x01)"},
		{"[01]", "a value was expected"}, {"[1.]", "a value was expected"}, {"[.5]", "a value was expected"}, {"[1.e5]", "a value was expected"},
		{"[1e]", "a value was expected"}, {"[-]", "a value was expected"}, {"[+1]", "a value was expected"}, {"[0x1]", "a value was expected"}, {"[1_0]", "a value was expected"},
		{"[True]", "a value was expected"}, {"[nulL]", "a value was expected"},
		{"{} {}", "more text follows"},
		{strings.Repeat("[", 600), "nested more than 512 levels deep"},
		{"<html>", "a value was expected"},
	}
	for _, tt := range tests {
		_, _, err := ParseJSON("x.json", []byte(tt.data))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%.30q: error %v; want %q", tt.data, err, tt.want)
		}
	}
}

func TestValue(t *testing.T) {
	v, _, err := ParseJSON("x.json", []byte(`{"one": " x ", "many": ["x", "", {"@id": "u:y"}, ["z"]], "none": null, "n": 2133.0, "ref": {"id": "u:r", "uri": "u:no"}, "deep": {"@value": {"@id": "no"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][]string{"one": {"x"}, "many": {"x", "u:y", "z"}, "none": nil, "gone": nil, "n": {"2133.0"}, "ref": {"u:r"}, "deep": nil} {
		if diff := cmp.Diff(want, v.Get(key).Strings()); diff != "" {
			t.Errorf("Strings of %s (-want +got)\n%s", key, diff)
		}
	}
	if got := v.First("gone", "none", "one").String(); got != "x" {
		t.Errorf("First = %q", got)
	}
	if v.Get("one").Get("x") != nil || (*Value)(nil).Get("x") != nil || (*Value)(nil).String() != "" || (*Value)(nil).Pointer() != "" {
		t.Error("what is not there is not empty")
	}
}

func TestLangTexts(t *testing.T) {
	tests := []struct{ data, want string }{
		{`" mend nets "`, "de:mend nets@"},
		{`{"en-US": "mend", "fr": ["réparer", "ramender"], "@none": "x"}`, "en-us:mend@/en-US fr:réparer@/fr/0 fr:ramender@/fr/1 de:x@/@none"},
		{`{"@value": "mend", "@language": "en"}`, "en:mend@/@value"},
		{`[{"@value": "mend"}, "nets", {"pt_BR": "redes"}]`, "de:mend@/0/@value de:nets@/1 pt-br:redes@/2/pt_BR"},
		{`{"name": "x", "id": "u:x", "http://x": "y"}`, ""}, // no language map
		{`{"en": "nets", "id": "jaring"}`, "en:nets@/en id:jaring@/id"},
		{`{"en": "nets", "type": "x", "url": "u:x"}`, "en:nets@/en"},
		{`[null, 5, "", {"en": null}]`, ""},
	}
	for _, tt := range tests {
		v, _, err := ParseJSON("x.json", []byte(tt.data))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range v.LangTexts("de") {
			got = append(got, fmt.Sprintf("%s:%s@%s", x.Lang, x.Text, x.At.Pointer()))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("LangTexts of %s = %s; want %s", tt.data, s, tt.want)
		}
	}
}

// resolve follows a JSON pointer.
func resolve(v *Value, pointer string) *Value {
	for _, token := range strings.Split(pointer, "/")[1:] {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		if v.Kind == Object {
			v = v.Get(token)
			continue
		}
		i, err := strconv.Atoi(token)
		if err != nil || v.Kind != Array || i >= len(v.Items) {
			return nil
		}
		v = v.Items[i]
	}
	return v
}

// plain is what encoding/json makes of v.
func plain(v *Value) any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case String:
		return v.Text
	case Array:
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			list[i] = plain(item)
		}
		return list
	case Object:
		object := map[string]any{}
		for _, m := range v.Members {
			object[m.Key] = plain(m.Value)
		}
		return object
	}
	return nil
}

// FuzzParseJSON reads anything; what encoding/json reads must come out the
// same, pointers must lead back to their values, and offsets must hold them.
func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b/~":"x\u00e9\ud83e\udea2"}],"a":null}`, `[1e5,-0.5,true]`, "\ufeff{}", `[NaN]`, `"\ud800"`, `{"":{"":0}}`, "[[[[", "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, _, err := ParseJSON("x.json", data)
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		strict := json.Valid(data) && d.Decode(&want) == nil
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				t.Errorf("error is not ErrInvalid: %v", err)
			}
			if strict && !strings.Contains(err.Error(), "nested more than") {
				t.Errorf("refused valid JSON %q: %v", data, err)
			}
			return
		}
		if strict && utf8.Valid(data) {
			if diff := cmp.Diff(want, plain(v)); diff != "" {
				t.Errorf("%q (-encoding/json +got)\n%s", data, diff)
			}
		}
		var walk func(x *Value, shadowed bool)
		walk = func(x *Value, shadowed bool) {
			if !shadowed && resolve(v, x.Pointer()) != x {
				t.Errorf("%q does not lead to its value in %q", x.Pointer(), data)
			}
			again, _, err := ParseJSON("part", data[x.Start:x.End])
			if err != nil || again.Kind != x.Kind || again.Text != x.Text {
				t.Errorf("bytes %d to %d of %q do not hold %q: %v", x.Start, x.End, data, x.Text, err)
			}
			for _, m := range x.Members {
				walk(m.Value, shadowed || x.Get(m.Key) != m.Value)
			}
			for _, item := range x.Items {
				walk(item, shadowed)
			}
		}
		if len(data) < 2000 {
			walk(v, false)
		}
	})
}
