package importers

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"concord/importers/source"
	"concord/taxonomy"
)

var update = flag.Bool("update", false, "rewrite the want and problems sections of testdata")

// recorder is a taxonomy.Writer that keeps everything in memory, for looking
// at what a reader puts. It follows the contract's rules on merging and refusal.
type recorder struct {
	release   taxonomy.Release
	concepts  []*taxonomy.Concept
	byURI     map[taxonomy.URI]*taxonomy.Concept
	relations []taxonomy.Relation
	joined    map[[3]string]bool
	sets      []taxonomy.MappingSet
	mappings  []taxonomy.Mapping
}

func newRecorder() *recorder {
	return &recorder{byURI: map[taxonomy.URI]*taxonomy.Concept{}, joined: map[[3]string]bool{}}
}

func (w *recorder) SetRelease(r taxonomy.Release) error {
	for _, f := range []struct {
		dst *string
		src string
	}{{&w.release.Title, r.Title}, {&w.release.Publisher, r.Publisher}, {&w.release.License, r.License}, {&w.release.Issued, r.Issued}} {
		if f.src != "" {
			*f.dst = f.src
		}
	}
	if r.URI != "" {
		w.release.URI = r.URI
	}
	return nil
}

func (w *recorder) PutConcept(c *taxonomy.Concept) error {
	if err := c.Validate(); err != nil {
		return err
	}
	old := w.byURI[c.URI]
	if old == nil {
		old = &taxonomy.Concept{URI: c.URI, Kind: c.Kind, Deprecated: c.Deprecated}
		w.byURI[c.URI] = old
		w.concepts = append(w.concepts, old)
	}
	if old.Code == "" {
		old.Code = c.Code
	}
	old.Labels = union(old.Labels, c.Labels)
	old.Notes = union(old.Notes, c.Notes)
	old.Properties = union(old.Properties, c.Properties)
	old.ReplacedBy = union(old.ReplacedBy, c.ReplacedBy)
	return nil
}

func union[T comparable](a, b []T) []T {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

func (w *recorder) Has(u taxonomy.URI) bool { return w.byURI[u] != nil }

func (w *recorder) PutRelation(r taxonomy.Relation) (bool, error) {
	for _, u := range []taxonomy.URI{r.Subject, r.Object} {
		if !w.Has(u) {
			return false, fmt.Errorf("%w: %s", taxonomy.ErrNotFound, u)
		}
	}
	if r.Subject == r.Object {
		return false, fmt.Errorf("%w: a relation of %s to itself", taxonomy.ErrInvalid, r.Subject)
	}
	key := [3]string{string(r.Subject), string(r.Predicate), string(r.Object)}
	if w.joined[key] {
		return false, nil
	}
	w.joined[key] = true
	w.relations = append(w.relations, r)
	return true, nil
}

func (w *recorder) PutMappingSet(s *taxonomy.MappingSet) error {
	w.sets = append(w.sets, *s)
	return nil
}

func (w *recorder) PutMapping(m *taxonomy.Mapping) (bool, error) {
	if !slices.ContainsFunc(w.sets, func(s taxonomy.MappingSet) bool { return s.ID == m.Set }) {
		return false, fmt.Errorf("%w: mapping set %s", taxonomy.ErrNotFound, m.Set)
	}
	w.mappings = append(w.mappings, *m)
	return true, nil
}

// dump shows everything that was put, one fact a line, in the order put.
func (w *recorder) dump() string {
	var b strings.Builder
	line := func(parts ...any) {
		for i, p := range parts {
			if i > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprint(&b, p)
		}
		b.WriteByte('\n')
	}
	line("release", fmt.Sprintf("uri=%q title=%q publisher=%q license=%q issued=%q", w.release.URI, w.release.Title, w.release.Publisher, w.release.License, w.release.Issued))
	for _, c := range w.concepts {
		state := ""
		if c.Deprecated {
			state = " deprecated"
		}
		line("concept", c.URI, c.Kind, fmt.Sprintf("code=%q", c.Code)+state)
		for _, l := range c.Labels {
			line("  "+string(l.Kind), fmt.Sprintf("%q", l.Lang), fmt.Sprintf("%q", l.Text))
		}
		for _, n := range c.Notes {
			line("  "+string(n.Kind), fmt.Sprintf("%q", n.Lang), fmt.Sprintf("%q", n.Text))
		}
		for _, p := range c.Properties {
			line("  ."+p.Name, fmt.Sprintf("%q", p.Value))
		}
		for _, u := range c.ReplacedBy {
			line("  replacedBy", u)
		}
	}
	weight := func(p *float64) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprintf("%.4f", *p)
	}
	for _, r := range w.relations {
		text := fmt.Sprintf("relation %s %s %s", r.Subject, r.Predicate, r.Object)
		if r.Importance != nil || r.Level != nil {
			text += fmt.Sprintf(" importance=%s level=%s", weight(r.Importance), weight(r.Level))
		}
		if r.Qualifier != "" {
			text += fmt.Sprintf(" %q", r.Qualifier)
		}
		line(text)
	}
	for _, s := range w.sets {
		line("mapping-set", s.ID, fmt.Sprintf("title=%q version=%q license=%q creators=%q origin=%s", s.Title, s.Version, s.License, s.Creators, s.Origin))
	}
	for _, m := range w.mappings {
		line("mapping", m.Subject, m.Predicate, m.Object, fmt.Sprintf("subject=%q object=%q source=%q %s", m.SubjectLabel, m.ObjectLabel, m.ObjectSource, m.Justification))
	}
	return b.String()
}

// importSet detects and reads a set into recorders, one a plan.
func importSet(t *testing.T, set *source.Set, opt Options) ([]*Plan, []*recorder, []*Report, error) {
	t.Helper()
	plans, _, err := Detect(set, opt)
	if err != nil {
		return nil, nil, nil, err
	}
	var ws []*recorder
	var reports []*Report
	for _, p := range plans {
		w := newRecorder()
		report, err := p.Read(context.Background(), w, nil)
		if err != nil {
			return plans, nil, nil, err
		}
		ws, reports = append(ws, w), append(reports, report)
	}
	return plans, ws, reports, nil
}

// writeFiles puts files (name with slashes → content) under a new folder and returns it.
func writeFiles(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// writeZip packs files into an archive called name in a new folder and returns its path.
func writeZip(t testing.TB, name string, files map[string]string) string {
	t.Helper()
	full := filepath.Join(t.TempDir(), name)
	f, err := os.Create(full)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[n])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return full
}

// TestReaders runs testdata/*/*.txtar. An archive's comment may hold one line
// of JSON Options; its files are the input, in one folder named by the first
// path element ("in/…" is given file by file), except "want" (what the reader
// puts), "problems" (one a line) and "error" (the error's text, without paths).
func TestReaders(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(path, "testdata")), ".txtar")[1:], func(t *testing.T) { runArchive(t, path) })
	}
}

func runArchive(t *testing.T, path string) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var opt Options
	if at := strings.Index(string(a.Comment), "{"); at >= 0 {
		if err := json.Unmarshal(a.Comment[at:], &opt); err != nil {
			t.Fatalf("options in the comment: %v", err)
		}
	}
	files := map[string]string{}
	var given, roots []string
	want := map[string]string{}
	for _, f := range a.Files {
		switch f.Name {
		case "want", "problems", "error":
			want[f.Name] = string(f.Data)
			continue
		}
		data := strings.NewReplacer("␍", "\r", "␣", "\u00a0", "␀", "\ufeff").Replace(string(f.Data))
		files[f.Name] = data
		root, _, inFolder := strings.Cut(f.Name, "/")
		if root == "in" || !inFolder {
			given = append(given, f.Name)
		} else if !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	dir := writeFiles(t, files)
	var paths []string
	for _, g := range append(roots, given...) {
		paths = append(paths, filepath.Join(dir, filepath.FromSlash(g)))
	}
	set, err := source.Open(paths)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	got := map[string]string{}
	plans, ws, reports, err := importSet(t, set, opt)
	if err != nil {
		got["error"] = strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "") + "\n"
		if !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("error is not ErrInvalid: %v", err)
		}
	}
	for i, w := range ws {
		got["want"] += fmt.Sprintf("# %s %s\n", plans[i].Format, plans[i].Release.Ref) + w.dump()
		for _, p := range reports[i].Problems {
			got["problems"] += p.String() + "\n"
		}
	}
	if *update {
		kept := slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" || f.Name == "problems" || f.Name == "error" })
		for _, name := range []string{"want", "problems", "error"} {
			if got[name] != "" {
				kept = append(kept, txtar.File{Name: name, Data: []byte(got[name])})
			}
		}
		a.Files = kept
		if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// realData returns the path of real files beside the repository, or skips.
func realData(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared", "data"}, elem...)...)
	if _, err := os.Stat(filepath.Join("..", "..", "shared", "data")); err != nil {
		t.Skip("real files are not here: ../shared/data is missing beside the repository")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("../shared/data is there, but %v", err)
	}
	return path
}
