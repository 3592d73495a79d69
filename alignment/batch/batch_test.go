package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/alignment/vectors"
	"concord/data"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

var bakery = taxonomy.Ref{Scheme: "bakery", Version: "1"}

// openBakery returns a job over a store of three skills.
func openBakery(t testing.TB) *batch.Job {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	rel := taxonomy.Release{Ref: bakery, URI: "https://skills.example/bakery", Format: "test", Digest: "sha256:bakery", Imported: time.Unix(1700000000, 0)}
	err = store.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, c := range [][2]string{{"dough", "prepare bread dough"}, {"oven", "operate deck ovens"}, {"hygiene", "food hygiene rules"}} {
			err := w.PutConcept(&taxonomy.Concept{URI: taxonomy.URI("https://skills.example/bakery/" + c[0]), Kind: taxonomy.Skill,
				Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: c[1]}}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	table, err := vectors.Load(data.Vectors)
	if err != nil {
		t.Fatal(err)
	}
	ranker, err := alignment.LoadRanker(data.Ranker)
	if err != nil {
		t.Fatal(err)
	}
	if err := alignment.Build(t.Context(), dir, store, bakery, table, nil); err != nil {
		t.Fatal(err)
	}
	stored, err := store.Release(t.Context(), bakery)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := alignment.Open(dir, "test", table, ranker, []*taxonomy.Release{stored})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	return &batch.Job{Engine: engine, Store: store}
}

func input(name, content string) batch.Input {
	return batch.Input{Name: name, File: source.NewFile(name, []byte(content))}
}

// TestRun keeps the order over many documents, goes on behind a file that
// cannot be read, and makes a result of every row of a catalogue.
func TestRun(t *testing.T) {
	job := openBakery(t)
	var inputs []batch.Input
	var want []string
	for i := range 60 {
		name := fmt.Sprintf("%02d.txt", i)
		inputs = append(inputs, input(name, strings.Repeat("Prepare bread dough by hand.\n", 1+i*7%40)))
		want = append(want, name)
	}
	inputs = append(inputs, input("broken.json", `{"name":`), batch.Input{Name: "gone.txt", Err: &source.Error{File: "gone.txt", Text: "does not exist"}},
		input("courses.csv", "title,description\nBread,Prepare bread dough.\nOvens,Operate deck ovens.\n"))
	want = append(want, "broken.json !", "gone.txt !", "courses.csv", "courses.csv")
	var got []string
	err := job.Run(t.Context(), inputs, func(r batch.Result) error {
		name := r.File
		if r.Err != nil {
			name += " !"
		} else if len(r.Answer.Alignments) == 0 {
			t.Errorf("%s: nothing found", r.File)
		}
		got = append(got, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

// TestRunEnds stops at an error of the caller, at one that is not about the
// input, and when it is told to.
func TestRunEnds(t *testing.T) {
	job := openBakery(t)
	inputs := slices.Repeat([]batch.Input{input("a.txt", "Prepare bread dough.")}, 50)
	full := errors.New("disk full")
	if err := job.Run(t.Context(), inputs, func(batch.Result) error { return full }); !errors.Is(err, full) {
		t.Errorf("Run = %v, want %v", err, full)
	}
	inputs[7] = batch.Input{Name: "b.txt", Err: full}
	if err := job.Run(t.Context(), inputs, func(batch.Result) error { return nil }); !errors.Is(err, full) {
		t.Errorf("Run = %v, want %v", err, full)
	}
	inputs[7] = inputs[6]
	ctx, stop := context.WithCancel(t.Context())
	if err := job.Run(ctx, inputs, func(batch.Result) error { stop(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want %v", err, context.Canceled)
	}
}

// TestSummary counts skills, says why nothing was found, and groups the gaps.
func TestSummary(t *testing.T) {
	job := openBakery(t)
	inputs := []batch.Input{
		input("a.txt", "Prepare bread dough. Fold a croissant with laminated butter."),
		input("b.txt", "Prepare bread dough. Shape laminated butter pastry."),
		input("c.txt", "Fold a paper hat with laminated butter paper."),
		input("d.json", `{"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass", "id": "https://b.example/1"}`),
		input("e.json", "{"),
	}
	opt := alignment.Options{MinProbability: 0.5}
	job.Align = opt
	tally := batch.NewTally(opt)
	if err := job.Run(t.Context(), inputs, func(r batch.Result) error { tally.Add(r); return nil }); err != nil {
		t.Fatal(err)
	}
	sum := tally.Summary()
	if sum.Documents != 4 || sum.Aligned != 2 || len(sum.Unread) != 1 || sum.Unread[0].File != "e.json" {
		t.Errorf("%d documents, %d aligned, unread %v; want 4, 2, e.json", sum.Documents, sum.Aligned, sum.Unread)
	}
	if len(sum.Skills) != 1 || sum.Skills[0].Label != "prepare bread dough" || sum.Skills[0].Documents != 2 {
		t.Errorf("skills = %+v", sum.Skills)
	}
	var nothing []string
	for _, n := range sum.Nothing {
		nothing = append(nothing, n.File+" "+string(n.Reason))
	}
	if diff := cmp.Diff([]string{"c.txt no-concept-above-threshold", "d.json nothing-to-read"}, nothing); diff != "" {
		t.Errorf("nothing (-want +got):\n%s", diff)
	}
	g := sum.Gaps
	if len(g.Words) == 0 || g.Words[0].Words != "laminated butter" || g.Words[0].Documents != 3 || g.Words[0].Sentences != 3 {
		t.Errorf("words = %+v, want laminated butter, in 3 documents, first", g.Words)
	}
	if slices.ContainsFunc(g.Words, func(w batch.WordGap) bool { return w.Words == "butter" }) {
		t.Errorf("butter stands beside the pair it never leaves: %+v", g.Words)
	}
	var b bytes.Buffer
	if err := g.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "reason,no-concept-above-threshold,no concept is likely enough,3,3,,Fold a croissant with laminated butter.,a.txt,") {
		t.Errorf("the gaps as CSV:\n%s", b.String())
	}
}

// fixed is an answer as an engine may give it, with signs that tables must quote.
func fixed() batch.Result {
	al := alignment.Alignment{URI: "https://skills.example/bakery/dough", Label: "prepare bread dough", Lang: "en", Kind: taxonomy.Skill, Scheme: "bakery", Release: "1",
		Predicate: taxonomy.BroadMatch, Probability: 0.8125, Evidence: []alignment.Evidence{{Pointer: "/name", Quote: "bread | dough\tby \"hand\"", Matched: alignment.Matched{Label: "prepare bread dough"}}}}
	plain := al
	plain.URI, plain.Scheme, plain.Release, plain.Predicate, plain.Label = "B 7", "house", "2026", taxonomy.ExactMatch, "bake"
	plain.Evidence = []alignment.Evidence{{Quote: "baking", Matched: alignment.Matched{Label: "bake", By: alignment.ByMeaning}}}
	return batch.Result{File: "in/bread.json", Answer: &alignment.Answer{Document: &alignment.Document{Name: "Bread", Type: "OpenBadge/3.0", Digest: "sha256:00ff"},
		Alignments: []alignment.Alignment{al, plain},
		Stated:     []alignment.StatedAnswer{{Stated: alignment.Stated{URI: "https://x.example/1", Name: "Rye"}, State: alignment.StateUnknown, Why: "no loaded release has it"}}}}
}

func write(t *testing.T, format string, results ...batch.Result) string {
	t.Helper()
	var b bytes.Buffer
	table, err := batch.NewTable(format, &b, batch.Set{Version: "1.0", Sources: map[taxonomy.Ref]taxonomy.URI{bakery: "https://skills.example/bakery"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if err := table.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSSSOM(t *testing.T) {
	want := `#curie_map:
#  bakery: "https://skills.example/bakery/"
#  bakery2: "https://skills.example/"
#  house: "urn:x-concord:house:"
#  semapv: "https://w3id.org/semapv/vocab/"
#  sha256: "nih:sha-256;"
#  skos: "http://www.w3.org/2004/02/skos/core#"
#mapping_set_id: "nih:sha-256;DIGEST"
#mapping_set_description: "Skill concepts proposed for documents; nobody has reviewed them. The subject is a document by the digest of its bytes."
#license: "https://w3id.org/sssom/license/unspecified"
#subject_type: "rdfs resource"
#object_type: "skos concept"
#mapping_tool: "Concord"
#mapping_tool_version: "1.0"
subject_id	subject_label	predicate_id	object_id	object_label	mapping_justification	object_source	object_source_version	confidence	match_string	comment
sha256:00ff	Bread	skos:broadMatch	bakery:dough	prepare bread dough	semapv:CompositeMatching	bakery2:bakery	1	0.8125	"bread \| dough by ""hand"""	"in/bread.json /name: “bread | dough by ""hand""”"
sha256:00ff	Bread	skos:exactMatch	house:B%207	bake	semapv:SemanticSimilarityThresholdMatching		2026	0.8125		in/bread.json: “baking”
`
	got := write(t, "sssom", fixed(), batch.Result{File: "bad", Err: errors.New("bad")})
	_, rest, _ := strings.Cut(got, "nih:sha-256;\"\n")
	_, id, _ := strings.Cut(rest, "mapping_set_id: \"nih:sha-256;")
	id, _, _ = strings.Cut(id, "\"")
	if len(id) != 64 {
		t.Errorf("mapping_set_id is named by %q, want a digest", id)
	}
	if diff := cmp.Diff(want, strings.Replace(got, id, "DIGEST", 1)); diff != "" {
		t.Errorf("mapping set (-want +got):\n%s", diff)
	}
}

func TestTables(t *testing.T) {
	bad := batch.Result{File: "bad.json", Err: &source.Error{File: "bad.json", Text: "is empty"}}
	want := `file,document,type,digest,state,uri,label,lang,kind,code,scheme,release,predicate,probability,pointer,quote,why
in/bread.json,Bread,OpenBadge/3.0,sha256:00ff,proposed,https://skills.example/bakery/dough,prepare bread dough,en,skill,,bakery,1,skos:broadMatch,0.8125,/name,"bread | dough	by ""hand""",by the label “prepare bread dough”
in/bread.json,Bread,OpenBadge/3.0,sha256:00ff,proposed,B 7,bake,en,skill,,house,2026,skos:exactMatch,0.8125,,baking,by meaning
in/bread.json,Bread,OpenBadge/3.0,sha256:00ff,unknown-framework,https://x.example/1,Rye,,,,,,,,,,no loaded release has it
bad.json,,,,unread,,,,,,,,,,,,bad.json: is empty
`
	if diff := cmp.Diff(want, write(t, "csv", fixed(), bad)); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
	lines := strings.Split(strings.TrimSpace(write(t, "jsonl", fixed(), bad)), "\n")
	var first struct {
		File       string
		Document   struct{ Digest string }
		Alignments []struct{ Probability float64 }
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if first.File != "in/bread.json" || first.Document.Digest != "sha256:00ff" || len(first.Alignments) != 2 {
		t.Errorf("first line: %s", lines[0])
	}
	if want := `{"file":"bad.json","error":"bad.json: is empty"}`; lines[1] != want {
		t.Errorf("second line = %s, want %s", lines[1], want)
	}
}

func TestFormat(t *testing.T) {
	for name, want := range map[string]string{"a.jsonl": "jsonl", "A.NDJSON": "jsonl", "a.csv": "csv", "a.sssom": "sssom", "a.sssom.tsv": "sssom", "a.tsv": "", "a": ""} {
		got, err := batch.Format(name)
		if got != want || (want == "") != errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("Format(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
}
