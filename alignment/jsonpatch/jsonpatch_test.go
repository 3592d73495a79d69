package jsonpatch

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	evanphx "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

const alignment = `{"type":["Alignment"],"targetName":"operate forklift","targetUrl":"http://a.example/1"}`

// TestApply shows that what is added looks like its neighbours and the rest
// stays byte for byte.
func TestApply(t *testing.T) {
	for _, c := range []struct{ name, doc, op, path, value, want string }{
		{"new member, indented",
			"{\n  \"name\": \"Forklift\",\n  \"credits\": 1.50\n}\n", Add, "/alignment", "[" + alignment + "]",
			"{\n  \"name\": \"Forklift\",\n  \"credits\": 1.50,\n  \"alignment\": [\n    {\n      \"type\": [\"Alignment\"],\n      \"targetName\": \"operate forklift\",\n      \"targetUrl\": \"http://a.example/1\"\n    }\n  ]\n}\n"},
		{"spread lists are kept",
			"{\n\t\"type\": [\n\t\t\"Achievement\"\n\t]\n}", Add, "/alignment", `[{"type":["Alignment"]}]`,
			"{\n\t\"type\": [\n\t\t\"Achievement\"\n\t],\n\t\"alignment\": [\n\t\t{\n\t\t\t\"type\": [\n\t\t\t\t\"Alignment\"\n\t\t\t]\n\t\t}\n\t]\n}"},
		{"no white space", `{"a":1,"b":[1,2]}`, Add, "/c", `{"x": [1, 2], "y": {}}`, `{"a":1,"b":[1,2],"c":{"x":[1,2],"y":{}}}`},
		{"blanks on one line", `{ "a": 1, "b": [ 1, 2 ] }`, Add, "/c", `{"x":[1,2]}`, `{ "a": 1, "b": [ 1, 2 ], "c": { "x": [ 1, 2 ] } }`},
		{"carriage returns and a mark", "\ufeff{\r\n    \"a\" : 1\r\n}\r\n", Add, "/b", `{"x":1,"y":2}`, "\ufeff{\r\n    \"a\" : 1,\r\n    \"b\" : {\r\n        \"x\" : 1,\r\n        \"y\" : 2\r\n    }\r\n}\r\n"},
		{"an object on one line in a spread document", "{\n  \"criteria\": {\"narrative\": \"x\"}\n}", Add, "/criteria/id", `"y"`, "{\n  \"criteria\": {\"narrative\": \"x\", \"id\": \"y\"}\n}"},
		{"an item like its one-line neighbour", "{\n  \"l\": [\n    {\"n\": 1},\n    {\"n\": 2}\n  ]\n}", Add, "/l/-", `{"n":3,"m":4}`, "{\n  \"l\": [\n    {\"n\": 1},\n    {\"n\": 2},\n    {\"n\": 3, \"m\": 4}\n  ]\n}"},
		{"an item like its spread neighbour, hugging brackets", "{\n  \"l\" : [ {\n    \"n\" : 1\n  } ]\n}", Add, "/l/-", `{"n":3}`, "{\n  \"l\" : [ {\n    \"n\" : 1\n  }, {\n    \"n\" : 3\n  } ]\n}"},
		{"the first item", "{\n  \"l\": [],\n  \"n\": {\n    \"x\": 1\n  }\n}", Add, "/l/-", `{"n":3}`, "{\n  \"l\": [\n    {\n      \"n\": 3\n    }\n  ],\n  \"n\": {\n    \"x\": 1\n  }\n}"},
		{"the first item, short", "{\n  \"l\": [ ]\n}", Add, "/l/0", `"x"`, "{\n  \"l\": [\"x\"]\n}"},
		{"before an item", "[\n  1,\n  2\n]", Add, "/1", `9`, "[\n  1,\n  9,\n  2\n]"},
		{"before the first", `[1, 2]`, Add, "/0", `9`, `[9, 1, 2]`},
		{"names with ~ and /", `{"a/b":{"c~d":[]}}`, Add, "/a~1b/c~0d/-", `1e400`, `{"a/b":{"c~d":[1e400]}}`},
		{"an existing member is replaced", "{\n  \"a\": [1, 2],\n  \"b\": 2\n}", Add, "/a", `[3,4]`, "{\n  \"a\": [3, 4],\n  \"b\": 2\n}"},
		{"replace, spread", "{\n  \"a\": {\n    \"x\": 1.0\n  }\n}", Replace, "/a", `[{"x":1.0},{"x":2}]`, "{\n  \"a\": [\n    {\n      \"x\": 1.0\n    },\n    {\n      \"x\": 2\n    }\n  ]\n}"},
		{"the whole document", " 1\n", Replace, "", `{"a":1}`, " {\"a\":1}\n"},
		{"of repeated names the last", `{"a":{"x":1},"a":{"y":2}}`, Add, "/a/z", `3`, `{"a":{"x":1},"a":{"y":2,"z":3}}`},
		{"escapes stay", `{"a":"\u00e9\/","b":1E2}`, Add, "/c", `"\u00e9"`, `{"a":"\u00e9\/","b":1E2,"c":"\u00e9"}`},
		{"no HTML escapes in names", `{}`, Add, "/a<b", `1`, `{"a<b":1}`},
		{"NaN stays", `{"a":NaN}`, Add, "/b", `1`, `{"a":NaN,"b":1}`},
		{"a test that holds", `{"a":{"x":1.0,"y":[10]}}`, Test, "/a", `{"y":[1e1],"x":1}`, `{"a":{"x":1.0,"y":[10]}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Apply([]byte(c.doc), Patch{{Op: c.op, Path: c.path, Value: json.RawMessage(c.value)}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	for _, c := range []struct {
		op, path, value string
		is              error
		want            string
	}{
		{Add, "/x/y", `1`, taxonomy.ErrInvalid, `operation 1 of the patch (add /x/y): the document has no object or array at "/x"`},
		{Add, "/a/3", `1`, taxonomy.ErrInvalid, "the array has 2 items"},
		{Add, "/a/01", `1`, taxonomy.ErrInvalid, "the array has 2 items"},
		{Add, "/b/c", `1`, taxonomy.ErrInvalid, "no object or array"},
		{Add, "a", `1`, taxonomy.ErrInvalid, "no JSON pointer"},
		{Replace, "/a/-", `1`, taxonomy.ErrInvalid, "nothing there"},
		{Test, "/b", `2`, taxonomy.ErrConflict, "another value"},
		{Test, "/c", `2`, taxonomy.ErrConflict, "nothing there"},
		{"remove", "/a", `null`, taxonomy.ErrInvalid, "only add, replace and test"},
		{Add, "/c", `{`, taxonomy.ErrInvalid, "not JSON"},
	} {
		_, err := Apply([]byte(`{"a":[1,2],"b":1}`), Patch{{Op: c.op, Path: c.path, Value: json.RawMessage(c.value)}})
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.op, c.path, err, c.want)
		}
	}
}

func TestSameNumber(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"1", "1.0", true}, {"100", "1e2", true}, {"0.05", "5E-2", true}, {"-0", "0.00", true}, {"1e+2", "100", true},
		{"9007199254740993", "9007199254740992", false}, {"1e999999999999", "1e999999999998", false}, {"-1", "1", false}, {"NaN", "NaN", true}, {"10", "1", false},
	} {
		if sameNumber(c.a, c.b) != c.same {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.same)
		}
	}
}

var values = []string{`1`, `"x\n<y>"`, `null`, `[]`, `{}`, `[1,[2,"three"],{"a":[]}]`, `{"type":["Alignment"],"name":{"en":"é"},"n":1.0}`}

// FuzzApply applies one operation to any document at any place. The meaning
// must be that of a library that decodes, changes and encodes, and every byte
// outside the place must stay.
func FuzzApply(f *testing.F) {
	f.Add([]byte("{\n  \"a\": [1, {\"b\": null}],\n  \"c\": {}\n}"), uint16(2), uint8(0), uint8(5))
	f.Add([]byte(`[[],{"x":{"y":[ ]}}]`), uint16(4), uint8(1), uint8(6))
	f.Add([]byte("{\"a\":1,\r\n\"a~/\":[ 1 , 2 ]\r\n}"), uint16(1), uint8(2), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, place uint16, what, which uint8) {
		root, slips, err := source.ParseJSON("fuzz", data)
		if err != nil {
			return
		}
		var all []*source.Value
		var walk func(v *source.Value)
		walk = func(v *source.Value) {
			if root.At(v.Pointer()) == v { // else a repeated name hides it
				all = append(all, v)
			}
			for i := range len(v.Members) + len(v.Items) {
				walk(child(v, i))
			}
		}
		walk(root)
		at := all[int(place)%len(all)]
		op := Operation{Op: []string{Add, Replace, Test}[int(what)%3], Path: at.Pointer(), Value: json.RawMessage(values[int(which)%len(values)])}
		if op.Op == Add && at.Kind == source.Array {
			op.Path += "/-"
		} else if op.Op == Add && at.Kind == source.Object {
			op.Path += "/added~1name"
		}
		got, err := Apply(data, Patch{op})
		if err != nil {
			if op.Op != Test || !errors.Is(err, taxonomy.ErrConflict) {
				t.Fatalf("%s at %q: %v", op.Op, op.Path, err)
			}
			got = nil
		}
		if got != nil {
			if _, _, err := source.ParseJSON("got", got); err != nil {
				t.Fatalf("the result is not JSON: %v\n%s", err, got)
			}
			if string(got[:at.Start]) != string(data[:at.Start]) || op.Op != Add && !strings.HasSuffix(string(got), string(data[at.End:])) {
				t.Fatalf("bytes outside %q changed:\n%s\n%s", op.Path, data, got)
			}
		}
		if strings.Contains(op.Path+"/", "//") {
			return // the library does not find empty names
		}
		if len(slips) > 0 || !json.Valid(data) || root.Kind != source.Object && root.Kind != source.Array || op.Path == "" {
			return // the library does not read it, or not as a document
		}
		encoded, _ := json.Marshal(Patch{op})
		patch, err := evanphx.DecodePatch(encoded)
		if err != nil {
			t.Fatal(err)
		}
		want, err := patch.Apply(data)
		if err != nil {
			if got != nil && op.Op != Test { // it compares the spelling of numbers
				t.Fatalf("the library refuses %s at %q: %v", op.Op, op.Path, err)
			}
			return
		}
		if got == nil {
			t.Fatalf("the library passes %s at %q: %s", op.Op, op.Path, data)
		}
		if diff := cmp.Diff(decode(t, want), decode(t, got)); diff != "" {
			t.Fatalf("%s at %q (-want +got)\n%s", op.Op, op.Path, diff)
		}
	})
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}
