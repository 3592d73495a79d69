package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// oldStore makes a store as a program of schema version wrote it: the first
// steps of the schema and nothing of today's code.
func oldStore(t *testing.T, version int, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "concord.db")
	var statements []string
	for _, name := range []string{"schema/0001.sql", "schema/0002.sql"}[:version] {
		step, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, string(step))
	}
	statements = append(statements, "PRAGMA user_version = "+string(rune('0'+version)), "INSERT INTO store (id, revision) VALUES (1, 'old')")
	rawSQL(t, path, append(statements, rows...)...)
	return path
}

// oldMappings are two mapping sets in a store of schema 1: one of its own, one
// that a release brought. Rows of a set were unique by subject, predicate and
// object, and had no order.
var oldMappings = []string{
	`INSERT INTO scheme (name) VALUES ('bakery')`,
	`INSERT INTO release (scheme, version, uri, title, publisher, license, issued, format, digest, parts, imported, concepts, languages, labels, relations, seq)
		VALUES ('bakery', '1', '', 'Bakery', '', '', '', 'test', 'sha256:bakery@1', '[]', '2026-05-04T03:02:01Z', '{"skill":1}', '["en"]', 1, 0, 1)`,
	`INSERT INTO concept (release, uri, kind, code, segment, deprecated) SELECT id, 'https://bakery.example/skill/2f0c-bread', 'skill', 'B1', '2f0c-bread', 0 FROM release`,
	`INSERT INTO label (concept, lang, seq, kind, text) SELECT id, 'en', 1, 'prefLabel', 'bake bread' FROM concept`,
	`INSERT INTO mapping_set (uri, title, version, license, creators, origin_scheme, origin_version)
		VALUES ('urn:a', 'A', '2', 'CC0', '["Ada","Bo"]', 'bakery', '1'), ('urn:b', 'B', '', '', 'null', '', '')`,
	`INSERT INTO mapping SELECT id, 'x:yeast', 'skos:broadMatch', 'x:pain', 'yeast "fresh" <dry>', 'pain', 'Bakery', 'semapv:ManualMappingCuration', 1.0, 'Ada', 'May 2026', 'a – b' FROM mapping_set WHERE uri = 'urn:a'`,
	`INSERT INTO mapping SELECT id, 'x:bread', 'skos:exactMatch', 'x:pain', '', '', '', 'semapv:UnspecifiedMatching', NULL, '', '', '' FROM mapping_set WHERE uri = 'urn:a'`,
	`INSERT INTO mapping SELECT id, 'x:bread', 'skos:closeMatch', 'x:pain', 'bread', '', '', 'semapv:LexicalMatching', 0.1, '', '', '' FROM mapping_set WHERE uri = 'urn:b'`,
}

// wantOld is oldMappings as today's program has them.
func wantOld() (a, b []taxonomy.Mapping) {
	return []taxonomy.Mapping{
			{Set: "urn:a", Subject: "x:bread", Predicate: taxonomy.ExactMatch, Object: "x:pain", Justification: taxonomy.Unspecified, Status: taxonomy.Accepted},
			{Set: "urn:a", Subject: "x:yeast", SubjectLabel: `yeast "fresh" <dry>`, Predicate: taxonomy.BroadMatch, Object: "x:pain", ObjectLabel: "pain", ObjectSource: "Bakery",
				Justification: taxonomy.ManualCuration, Confidence: num(1), Author: "Ada", Date: "May 2026", Comment: "a – b", Status: taxonomy.Accepted}},
		[]taxonomy.Mapping{{Set: "urn:b", Subject: "x:bread", SubjectLabel: "bread", Predicate: taxonomy.CloseMatch, Object: "x:pain", Justification: taxonomy.LexicalMatching, Confidence: num(0.1), Status: taxonomy.Accepted}}
}

func rowsOf(t *testing.T, s *sqlite.Store, set taxonomy.URI) []taxonomy.Mapping {
	t.Helper()
	var out []taxonomy.Mapping
	for m, err := range s.MappingsOf(t.Context(), set) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func TestMigrateMappings(t *testing.T) {
	s := openStore(t, oldStore(t, 1, oldMappings...))
	wantA, wantB := wantOld()
	if diff := cmp.Diff(wantA, rowsOf(t, s, "urn:a")); diff != "" {
		t.Errorf("rows of urn:a (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantB, rowsOf(t, s, "urn:b")); diff != "" {
		t.Errorf("rows of urn:b (-want +got):\n%s", diff)
	}
	sets, err := s.MappingSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSets := []taxonomy.MappingSet{
		{ID: "urn:a", Title: "A", Version: "2", License: "CC0", Creators: []string{"Ada", "Bo"}, Origin: ref(t, "bakery@1"), Status: taxonomy.Accepted},
		{ID: "urn:b", Title: "B", Status: taxonomy.Accepted},
	}
	if diff := cmp.Diff(wantSets, sets); diff != "" {
		t.Errorf("MappingSets (-want +got):\n%s", diff)
	}
	if got := len(readMappings(t, s, "x:pain")); got != 3 {
		t.Errorf("%d mappings of x:pain, want 3", got)
	}
	if findings, err := s.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Errorf("Check: %v, %v", findings, err)
	}

	// A row that is there is known again when it is put again, and a decision finds it.
	load(t, s, "bakery@1", sqlite.ImportOptions{Merge: true}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&taxonomy.MappingSet{ID: "urn:a", Title: "A", Origin: ref(t, "bakery@1")}); err != nil {
			return err
		}
		for _, m := range wantA {
			m.Status = ""
			if added, err := w.PutMapping(&m); err != nil || added {
				t.Errorf("%s %s put again: added %t, %v", m.Subject, m.Predicate, added, err)
			}
		}
		return nil
	})
	if _, err := s.AddDecisions(t.Context(), []taxonomy.Decision{{Set: "urn:a", Subject: "x:bread", Predicate: taxonomy.ExactMatch, Object: "x:pain", Verdict: taxonomy.Reject, Reviewer: "Bo", Time: imported}}); err != nil {
		t.Fatal(err)
	}
	wantA[0].Status = taxonomy.Rejected
	if diff := cmp.Diff(wantA, rowsOf(t, s, "urn:a")); diff != "" {
		t.Errorf("rows of urn:a after a decision (-want +got):\n%s", diff)
	}
}

// TestMigrateTwins: a store of schema 2 that had come from schema 1 may hold a
// row twice, put again under a digest that the old one did not have.
func TestMigrateTwins(t *testing.T) {
	path := oldStore(t, 2,
		`INSERT INTO mapping_set (uri, title, version, license, creators, origin_scheme, origin_version) VALUES ('urn:b', 'B', '', '', 'null', '', '')`,
		`INSERT INTO mapping (mapping_set, subject, predicate, object, status, changed, line, digest, rest) VALUES
			(1, 'x:bread', 'skos:closeMatch', 'x:pain', '', '', 0, randomblob(16), '{"subjectLabel":"bread","confidence":1.0}'),
			(1, 'x:bread', 'skos:closeMatch', 'x:pain', '', '', 4, randomblob(16), '{"subject":"","subjectLabel":"bread","predicate":"","object":"","confidence":1}'),
			(1, 'x:bread', 'skos:closeMatch', 'x:pain', '', '', 5, randomblob(16), '{"subjectLabel":"bread"}')`)
	s := openStore(t, path)
	want := []taxonomy.Mapping{
		{Set: "urn:b", Subject: "x:bread", SubjectLabel: "bread", Predicate: taxonomy.CloseMatch, Object: "x:pain", Confidence: num(1), Status: taxonomy.Accepted},
		{Set: "urn:b", Subject: "x:bread", SubjectLabel: "bread", Predicate: taxonomy.CloseMatch, Object: "x:pain", Status: taxonomy.Accepted, Line: 5},
	}
	if diff := cmp.Diff(want, rowsOf(t, s, "urn:b")); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var steps, version int
	if err := db.QueryRow("SELECT (SELECT user_version FROM pragma_user_version)").Scan(&version); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("schema/*.sql")
	if steps = len(names); err != nil || version != steps {
		t.Errorf("schema %d after opening, want %d (%v)", version, steps, err)
	}
}
