package mappings

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"concord/importers/source"
	"concord/taxonomy"
)

// sssomSpec returns the folder of the SSSOM specification, or skips.
func sssomSpec(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "sssom", "spec")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not here; the SSSOM specification is in it")
	}
	return dir
}

// sssomSchema compiles the official schema of a mapping set, with its formats.
func sssomSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(filepath.Join(sssomSpec(t), "project", "jsonschema", "sssom_schema.schema.json") + "#/$defs/MappingSet")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// notOfTheSet is what a crosswalk says of its file.
var notOfTheSet = cmp.Options{
	cmpopts.IgnoreFields(taxonomy.MappingSet{}, "Format", "Digest"), cmpopts.IgnoreFields(taxonomy.Mapping{}, "Line"),
}

func sssomOne(t testing.TB, f *source.File, opt Options) *Result {
	t.Helper()
	results, err := Read(f, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 {
		t.Fatalf("%d sets, want 1", len(results))
	}
	return results[0]
}

// sssomAgain writes a crosswalk in a format and reads it back.
func sssomAgain(t testing.TB, format string, c *taxonomy.Crosswalk) (*taxonomy.Crosswalk, []byte) {
	t.Helper()
	var b bytes.Buffer
	losses, err := Write(&b, format, c)
	if err != nil {
		t.Fatal(err)
	}
	if len(losses) > 0 {
		t.Errorf("%s: lost %v", format, losses)
	}
	f := source.NewFile("again", bytes.Clone(b.Bytes()))
	name, err := Recognise(f)
	if err != nil || name != format {
		t.Fatalf("recognised as %q, %v; want %s:\n%s", name, err, format, beginning(b.Bytes()))
	}
	r := sssomOne(t, f, Options{})
	for _, p := range r.Problems {
		switch p.Code {
		case "unknown-prefix", "relative-set-id": // as in the source
		default:
			t.Errorf("%s read again: %v", format, p)
		}
	}
	return r.Crosswalk, b.Bytes()
}

func beginning(b []byte) []byte { return b[:min(len(b), 2000)] }

// validSSSOM holds a set in JSON to the official schema.
func validSSSOM(t testing.TB, schema *jsonschema.Schema, text []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, beginning(text))
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("the official schema: %v", err)
	}
}

// TestSSSOMExamples reads every example of the specification and writes it in
// both forms: the same set comes back, and the JSON passes the schema.
func TestSSSOMExamples(t *testing.T) {
	schema := sssomSchema(t)
	root := filepath.Join(sssomSpec(t), "examples")
	wantProblems := map[string]string{ // by name: codes
		"embedded/foodie-inc-2022-05-01.sssom.tsv": "old-no-term",
		"external/example1.sssom.tsv":              "old-no-term",
		"schema/extension-slots.sssom.tsv":         "undeclared-slot undeclared-slot",
		"schema/version.sssom.tsv":                 "no-set-id",
	}
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".tsv") {
			return err
		}
		n++
		name, _ := filepath.Rel(root, path)
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := source.OnDisk(path, int64(len(data)))
			if got, err := Recognise(f); got != "sssom" || err != nil {
				t.Fatalf("recognised as %q, %v", got, err)
			}
			r := sssomOne(t, f, Options{})
			var codes []string
			for _, p := range r.Problems {
				codes = append(codes, p.Code)
			}
			if got := strings.Join(codes, " "); got != wantProblems[filepath.ToSlash(name)] {
				t.Errorf("problems %v, want %q", r.Problems, wantProblems[filepath.ToSlash(name)])
			}
			rows := 0
			for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
				if !strings.HasPrefix(line, "#") {
					rows++
				}
			}
			if got := len(r.Crosswalk.Mappings); got != rows-1 || r.Rows != rows-1 || r.Skipped != 0 {
				t.Errorf("%d mappings of %d rows, %d skipped; want %d", got, r.Rows, r.Skipped, rows-1)
			}
			fromTSV, _ := sssomAgain(t, "sssom", r.Crosswalk)
			if diff := cmp.Diff(r.Crosswalk, fromTSV, notOfTheSet); diff != "" {
				t.Errorf("by TSV (-want +got):\n%s", diff)
			}
			fromJSON, text := sssomAgain(t, "sssom-json", fromTSV)
			if diff := cmp.Diff(r.Crosswalk, fromJSON, notOfTheSet); diff != "" {
				t.Errorf("by JSON (-want +got):\n%s", diff)
			}
			validSSSOM(t, schema, text)
		})
		return nil
	})
	if err != nil || n < 30 {
		t.Fatalf("%d examples, %v", n, err)
	}
}

// TestSSSOMSlots holds the tables of slots to the official model.
func TestSSSOMSlots(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sssomSpec(t), "project", "jsonschema", "sssom_schema.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	root, _, err := source.ParseJSON("schema", data)
	if err != nil {
		t.Fatal(err)
	}
	for class, slots := range map[string][]sssomSlot{"MappingSet": setSlots, "Mapping": rowSlots} {
		has := map[string]bool{"curie_map": class == "MappingSet", "mappings": class == "MappingSet", "extension_definitions": class == "MappingSet", "sssom_version": class == "MappingSet"}
		for _, s := range slots {
			has[s.name] = true
			p := root.Get("$defs").Get(class).Get("properties").Get(s.name)
			if p == nil {
				t.Errorf("%s has no slot %s", class, s.name)
			}
			types := strings.Join(p.Get("type").Strings(), " ")
			if multi := strings.Contains(types, "array"); multi != s.multi {
				t.Errorf("%s.%s: several values %t, want %t", class, s.name, s.multi, multi)
			}
			if num := strings.Contains(types, "number"); num != (s.kind == numberKind) {
				t.Errorf("%s.%s: a number %t, want %t", class, s.name, s.kind == numberKind, num)
			}
			if isDate := p.Get("format").String() == "date"; isDate != (s.kind == dateKind) {
				t.Errorf("%s.%s: a date %t, want %t", class, s.name, s.kind == dateKind, isDate)
			}
		}
		for _, m := range root.Get("$defs").Get(class).Get("properties").Members {
			if !has[m.Key] {
				t.Errorf("the slot %s of %s has no home", m.Key, class)
			}
		}
	}
	if got, want := len(entityTypes), len(root.Get("$defs").Get("EntityTypeEnum").Get("enum").Items); got != want {
		t.Errorf("%d types of entities, want %d", got, want)
	}
	if got, want := len(justifications), len(root.Get("$defs").Get("Mapping").Get("properties").Get("mapping_justification").Get("anyOf").Items); got != want {
		t.Errorf("%d justifications, want %d", got, want)
	}
}
