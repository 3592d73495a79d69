package site_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"concord/alignment/crosswalk"
	"concord/alignment/crosswalk/site"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// nasty is a label that would run where it is not escaped.
const nasty = `</td><script>alert("x")</script>`

// harbour is an invented set of n rows: every subject has two, and there is a
// row for what was not found on either side.
func harbour(n int) *taxonomy.Crosswalk {
	c := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "https://harbour.example/sets/jobs", Title: "Harbour " + nasty, Creators: []string{"Ada Pier", "Bo Quay"},
		Published: "2024-05-06", Version: "1.2", License: "https://creativecommons.org/licenses/by/4.0/", SubjectSource: "Harbour", ObjectSource: "Jobs", ObjectLang: "da",
		Status: taxonomy.Accepted, Slots: taxonomy.Slots{"see_also": {"javascript:alert(1)", "https://harbour.example/about"}}}}
	for i := range n {
		c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: taxonomy.URI(fmt.Sprintf("urn:harbour:%d%03d", 1+i/200, i/2)), SubjectLabel: fmt.Sprintf("crane %03d", i/2),
			Predicate: taxonomy.Matches[i%2], Object: taxonomy.URI(fmt.Sprintf("https://jobs.example/%d", i)), ObjectLabel: "kran"})
	}
	c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: "javascript:alert(2)", SubjectLabel: nasty, Predicate: taxonomy.ExactMatch, Object: taxonomy.NoTerm, Comment: nasty},
		taxonomy.Mapping{Subject: taxonomy.NoTerm, Predicate: taxonomy.ExactMatch, Object: "https://jobs.example/none", ObjectLabel: "ingen"})
	return c
}

func newSite(t *testing.T, c *taxonomy.Crosswalk) *site.Site {
	t.Helper()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	cov, err := crosswalk.MeasureCoverage(t.Context(), store, c, crosswalk.CoverageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &site.Site{Crosswalk: c, Coverage: cov, Tool: "Concord test", SSSOM: func(w io.Writer, c *taxonomy.Crosswalk) error {
		_, err := fmt.Fprintf(w, "%d rows\n", len(c.Mappings))
		return err
	}, Check: &crosswalk.Report{
		Judgement: crosswalk.Judgement{Direction: crosswalk.Conforms, Confidence: .9, Pairs: crosswalk.Pairs{For: 9, Against: 1}, Kinds: []crosswalk.KindJudgement{{}}},
		Findings:  []crosswalk.Finding{{Rule: "two-exacts", Severity: crosswalk.Warning, Count: 2, Examples: []crosswalk.Example{{SubjectLabel: nasty, Object: "urn:x"}}}}}}
}

// read returns the files of a folder.
func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestPages reads every page as a browser does: every link within the site
// leads to a page and an anchor that are there, ids are unique, nothing is
// loaded from elsewhere, no label becomes markup, and every row is there twice,
// by group and by predicate.
func TestPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "site")
	n, err := newSite(t, harbour(700)).Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := read(t, dir)
	if n != len(files) {
		t.Errorf("%d files said, %d there", n, len(files))
	}
	ids, links, rows := map[string]bool{}, map[string]string{}, map[string]int{}
	for name, body := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		doc, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		scripts, pageRows := 0, 0
		for node := range doc.Descendants() {
			if node.Type != html.ElementNode {
				continue
			}
			if node.Data == "script" {
				scripts++
			}
			if node.Data == "tr" && node.Parent.Data == "tbody" && strings.Contains(string(body), "<th scope=\"col\">subject</th>") {
				pageRows++
			}
			for _, a := range node.Attr {
				switch {
				case a.Key == "id" && ids[name+"#"+a.Val]:
					t.Errorf("%s has the id %s twice", name, a.Val)
				case a.Key == "id":
					ids[name+"#"+a.Val] = true
				case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
					links[name+a.Val] = name
				case a.Key == "href" && !strings.Contains(a.Val, ":"):
					links[a.Val] = name
				case strings.HasPrefix(a.Key, "on") || a.Key == "src" || strings.HasPrefix(a.Val, "javascript:") || a.Key == "href" && node.Data == "link":
					t.Errorf("%s: <%s %s=%q>", name, node.Data, a.Key, a.Val)
				}
			}
		}
		if scripts != 1 {
			t.Errorf("%s has %d scripts, want its own", name, scripts)
		}
		if pageRows > 300 {
			t.Errorf("%s shows %d rows", name, pageRows)
		}
		kind, _, _ := strings.Cut(name, "-")
		rows[kind] += pageRows
	}
	if rows["group"] != 702 || rows["predicate"] != 702 {
		t.Errorf("rows by group %d and by predicate %d, want 702", rows["group"], rows["predicate"])
	}
	for to, from := range links {
		page, _, anchored := strings.Cut(to, "#")
		if files[page] == nil || anchored && !ids[to] {
			t.Errorf("%s links to %s, which is not there", from, to)
		}
	}
	lines := strings.Split(strings.TrimSpace(string(files["concepts.tsv"])), "\n")
	if len(lines) != 352 { // a header, 350 cranes and the one that found nothing
		t.Errorf("concepts.tsv has %d lines", len(lines))
	}
	for _, line := range lines[1:] {
		if _, to, _ := strings.Cut(line, "\t"); !ids[to] {
			t.Errorf("concepts.tsv: %s is not there", line)
		}
	}
	if want := `Ada Pier; Bo Quay (2024). Harbour </td><script>alert("x")</script> (version 1.2) [mapping set]. https://harbour.example/sets/jobs. Licence: https://creativecommons.org/licenses/by/4.0/.`; site.Cite(&harbour(0).MappingSet) != want {
		t.Errorf("cite: %s", site.Cite(&harbour(0).MappingSet))
	}
	if got := string(files["mappings.sssom.tsv"]); got != "702 rows\n" {
		t.Errorf("the set: %q", got)
	}
	index := string(files["index.html"])
	for _, want := range []string{"two-exacts", "9 rows for SKOS and 1 against (confidence 0.90)", "Ada Pier", `"@type":"Dataset"`, "group-1"} {
		if !strings.Contains(index, want) {
			t.Errorf("the index lacks %q", want)
		}
	}
	sum := regexp.MustCompile(`(?m)^[0-9a-f]{64}  \S+$`).FindAll(files["SHA256SUMS"], -1)
	if len(sum) != len(files)-1 {
		t.Errorf("%d checksums for %d files", len(sum), len(files))
	}
}

func TestWrite(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "site")
	s := newSite(t, harbour(10))
	write := func() error { _, err := s.Write(dir); return err }
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := write(); err != nil {
		t.Fatal("into an empty folder:", err)
	}
	first := read(t, dir)
	if err := write(); err != nil {
		t.Fatal("over its own site:", err)
	}
	for name, body := range read(t, dir) {
		if !bytes.Equal(body, first[name]) {
			t.Errorf("%s differs the second time", name)
		}
	}
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(why, words string) {
		t.Helper()
		before := read(t, dir)
		if err := write(); !errors.Is(err, taxonomy.ErrConflict) || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", why, err)
		}
		if after := read(t, dir); len(after) != len(before) {
			t.Errorf("%s: the folder was touched", why)
		}
	}
	put("notes.txt", "mine")
	refused("a file of somebody else", "notes.txt is not of the site")
	os.Remove(filepath.Join(dir, "notes.txt"))
	put("index.html", "changed")
	refused("a changed page", "index.html in")
	put("index.html", string(first["index.html"]))
	os.Remove(filepath.Join(dir, "SHA256SUMS"))
	refused("no checksums", "SHA256SUMS")
	os.Remove(filepath.Join(dir, "concord-site.json"))
	refused("no site", "not empty")
	dir = filepath.Join(dir, "index.html")
	if err := write(); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("onto a file: %v", err)
	}
	// What fails on the way leaves nothing.
	dir = filepath.Join(parent, "other")
	s.SSSOM = func(io.Writer, *taxonomy.Crosswalk) error { return errors.New("out of ink") }
	if err := write(); err == nil {
		t.Error("a failing writer")
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
