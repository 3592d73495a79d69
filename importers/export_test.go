package importers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"concord/importers/source"
	"concord/taxonomy"
)

// shelf reads back what a recorder holds, as a taxonomy.Reader of one release.
type shelf struct {
	*recorder
	ref taxonomy.Ref
}

func (s shelf) Schemes(context.Context) ([]taxonomy.Scheme, error) {
	return []taxonomy.Scheme{{Name: s.ref.Scheme, Current: s.ref.Version}}, nil
}

func (s shelf) Release(_ context.Context, ref taxonomy.Ref) (*taxonomy.Release, error) {
	if ref.Scheme != s.ref.Scheme || ref.Version != "" && ref.Version != s.ref.Version {
		return nil, fmt.Errorf("%w: %s; loaded is %s", taxonomy.ErrNotFound, ref, s.ref)
	}
	rel := s.release
	rel.Ref = s.ref
	rel.Imported = time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	return &rel, nil
}

func (s shelf) Concept(_ context.Context, _ taxonomy.Ref, uri taxonomy.URI) (*taxonomy.Concept, error) {
	if c := s.byURI[uri]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("%w: %s", taxonomy.ErrNotFound, uri)
}

func (s shelf) Find(context.Context, string) ([]*taxonomy.Concept, error) { return nil, nil }

func (s shelf) Concepts(context.Context, taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	return func(yield func(*taxonomy.Concept, error) bool) {
		for _, c := range slices.SortedFunc(slices.Values(s.concepts), func(a, b *taxonomy.Concept) int { return cmp.Compare(a.URI, b.URI) }) {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (s shelf) Relations(context.Context, taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	return func(yield func(taxonomy.Relation, error) bool) {
		for _, r := range slices.SortedFunc(slices.Values(s.relations), func(a, b taxonomy.Relation) int {
			return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Predicate, b.Predicate), cmp.Compare(a.Object, b.Object))
		}) {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s shelf) Mappings(_ context.Context, uri taxonomy.URI) ([]taxonomy.Mapping, error) {
	var out []taxonomy.Mapping
	for _, m := range s.mappings {
		if m.Subject == uri || m.Object == uri {
			out = append(out, m)
		}
	}
	return out, nil
}

func (s shelf) MappingsOf(context.Context, taxonomy.URI) iter.Seq2[taxonomy.Mapping, error] {
	return func(func(taxonomy.Mapping, error) bool) {}
}
func (s shelf) Decisions(context.Context, taxonomy.DecisionFilter) iter.Seq2[taxonomy.Decision, error] {
	return func(func(taxonomy.Decision, error) bool) {}
}
func (s shelf) MappingSets(context.Context) ([]taxonomy.MappingSet, error) { return s.sets, nil }
func (s shelf) Revision(context.Context) (string, error)                   { return "1", nil }

// facts are the concepts and relations of a recorder in an order of their own,
// so that what two imports put can be compared.
func facts(w *recorder) string {
	lines := []string{}
	for _, line := range strings.Split(w.dump(), "\n") {
		if strings.HasPrefix(line, "  ") {
			lines[len(lines)-1] += "\n" + line
		} else if !strings.HasPrefix(line, "release ") && !strings.HasPrefix(line, "mapping-set ") {
			lines = append(lines, line)
		}
	}
	for i, concept := range lines {
		parts := strings.Split(concept, "\n")
		slices.Sort(parts[1:])
		lines[i] = strings.Join(parts, "\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// importText imports one file that is held in memory.
func importText(t *testing.T, name, text string, opt Options) *recorder {
	t.Helper()
	set := &source.Set{Files: []*source.File{source.NewFile(name, []byte(text))}}
	_, ws, reports, err := importSet(t, set, opt)
	if err != nil {
		t.Fatalf("reading back: %v\n%s", err, text)
	}
	for _, r := range reports {
		for _, p := range r.Problems {
			t.Errorf("reading back: %s", p)
		}
	}
	return ws[0]
}

// importFixture imports the input files of an archive of testdata.
func importFixture(t *testing.T, path string) shelf {
	t.Helper()
	set, opt := openFixture(t, path)
	plans, ws, _, err := importSet(t, set, opt)
	if err != nil {
		t.Fatal(err)
	}
	return shelf{ws[0], plans[0].Release.Ref}
}

var exportOptions = Options{As: taxonomy.Ref{Scheme: "back", Version: "1"}}

func exportText(t *testing.T, format string, s shelf) (string, []Loss) {
	t.Helper()
	var out bytes.Buffer
	lost, err := Export(t.Context(), &out, format, s, s.ref)
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if _, err := Export(t.Context(), &again, format, s, taxonomy.Ref{Scheme: s.ref.Scheme}); err != nil {
		t.Fatal(err)
	}
	if again.String() != out.String() {
		t.Error("a second export differs")
	}
	return out.String(), lost
}

func TestCSVExportReadsBack(t *testing.T) {
	for _, path := range []string{"csv/header", "csv/named", "ctdl/framework", "ctdl/scheme", "case/package", "rsd/export-v3", "rsd/json"} {
		t.Run(path, func(t *testing.T) {
			s := importFixture(t, path)
			s.mappings = nil
			own := slices.DeleteFunc(slices.Clone(s.relations), func(r taxonomy.Relation) bool { return r.Predicate != taxonomy.Broader })
			text, _ := exportText(t, "csv", s)
			s.relations = own
			back := importText(t, "back.csv", text, exportOptions)
			if diff := gocmp.Diff(facts(s.recorder), facts(back)); diff != "" {
				t.Errorf("(-put +read back)\n%s\n%s", diff, text)
			}
		})
	}
}

func TestRSDExportReadsBack(t *testing.T) {
	for _, path := range []string{"rsd/export-v3", "rsd/joined"} {
		t.Run(path, func(t *testing.T) {
			s := importFixture(t, path)
			text, lost := exportText(t, "rsd-csv", s)
			if len(lost) > 0 {
				t.Errorf("lost %v", lost)
			}
			set := &source.Set{Files: []*source.File{source.NewFile("back.csv", []byte(text))}}
			_, ws, _, err := importSet(t, set, exportOptions)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if diff := gocmp.Diff(facts(s.recorder), facts(ws[0])); diff != "" {
				t.Errorf("(-put +read back)\n%s\n%s", diff, text)
			}
		})
	}
}

func TestRSDExportCountsLosses(t *testing.T) {
	s := importFixture(t, "ctdl/framework")
	_, lost := exportText(t, "rsd-csv", s)
	want := []Loss{
		{"codes", 1}, {"kinds other than skill", 1}, {"labels of kind prefLabel beside the name", 1}, {"languages of names", 1}, {"notes of kind note", 1},
		{"predicates of mappings (ceasn:majorAlignment)", 1}, {"predicates of mappings (skos:broadMatch)", 1}, {"predicates of mappings (skos:exactMatch)", 1},
		{"properties altCodedNotation", 1}, {"properties ctid", 3}, {"properties weight", 1}, {"relations ceasn:prerequisiteAlignment", 1}, {"relations skos:broader", 2},
	}
	if diff := gocmp.Diff(want, lost); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestExportUnknownFormat(t *testing.T) {
	s := shelf{newRecorder(), taxonomy.Ref{Scheme: "a", Version: "1"}}
	_, err := Export(t.Context(), &bytes.Buffer{}, "pdf", s, s.ref)
	if !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "rsd-csv") {
		t.Errorf("got %v, want an ErrInvalid that lists the formats", err)
	}
	for _, f := range ExportFormats() {
		if _, err := Export(t.Context(), &bytes.Buffer{}, f[0], s, taxonomy.Ref{Scheme: "b"}); !errors.Is(err, taxonomy.ErrNotFound) {
			t.Errorf("%s of a release that is not there: %v, want ErrNotFound", f[0], err)
		}
	}
}

// TestCASEExport checks the shape without the official schema: what is read
// back is what was put, as far as a CFPackage carries it.
func TestCASEExport(t *testing.T) {
	s := importFixture(t, "case/package")
	text, lost := exportText(t, "case", s)
	if want := []Loss{}; len(lost) != len(want) {
		t.Errorf("lost %v", lost)
	}
	set := &source.Set{Files: []*source.File{source.NewFile("back.json", []byte(text))}}
	plans, ws, _, err := importSet(t, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := plans[0].Release.Ref; got != s.ref {
		t.Errorf("named %s, want %s", got, s.ref)
	}
	var want, got []string
	for _, c := range s.concepts {
		want = append(want, fmt.Sprint(c.URI, c.Kind, c.Code, c.Labels, c.Notes, c.Deprecated, c.ReplacedBy, c.Property("educationLevel"), c.Property("keyword"), c.Property("sequenceNumber"), c.Property("exemplar")))
	}
	for _, c := range ws[0].concepts {
		got = append(got, fmt.Sprint(c.URI, c.Kind, c.Code, c.Labels, c.Notes, c.Deprecated, c.ReplacedBy, c.Property("educationLevel"), c.Property("keyword"), c.Property("sequenceNumber"), c.Property("exemplar")))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-put +read back)\n%s", diff)
	}
	if diff := gocmp.Diff(len(s.relations), len(ws[0].relations)); diff != "" {
		t.Errorf("relations (-put +read back)\n%s", diff)
	}
}

// TestCASEExportValidates holds exports against 1EdTech's own schema.
func TestCASEExportValidates(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(realData(t, "case", "schemas-v1p1", "case_v1p1_cfpackage-jsonschema1.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"case/package", "ctdl/framework", "ctdl/scheme", "ctdl/directory", "csv/header", "csv/columns", "rsd/export-v3", "rsd/json", "rsd/competencies"} {
		t.Run(path, func(t *testing.T) {
			text, _ := exportText(t, "case", importFixture(t, path))
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
	t.Run("real", func(t *testing.T) {
		err := filepath.WalkDir(realData(t, "case"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".json" || strings.Contains(path, "schemas") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			set := &source.Set{Files: []*source.File{source.NewFile(filepath.Base(path), data)}}
			plans, ws, _, err := importSet(t, set, Options{})
			if errors.Is(err, taxonomy.ErrInvalid) {
				return nil // not a package with items
			}
			if err != nil {
				return err
			}
			text, _ := exportText(t, "case", shelf{ws[0], plans[0].Release.Ref})
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				return err
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
