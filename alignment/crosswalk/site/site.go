// Package site writes a mapping set as a folder of static pages that can be
// browsed, cited and kept: what the set is and how to cite it, how much it
// covers, what was found wrong with it, every mapping with an anchor for each
// concept, the set as SSSOM, and checksums. The pages load nothing from
// elsewhere and work without scripts; the same set gives the same bytes.
//
// A folder is written whole or not at all, and replaces nothing but an earlier
// site of this package that nobody has changed.
package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// A Site is what the pages are made from.
type Site struct {
	Crosswalk *taxonomy.Crosswalk // the rows that are shown
	Coverage  *crosswalk.Coverage // of those rows
	Check     *crosswalk.Report   // of those rows; nil: nobody checked
	SSSOM     func(io.Writer, *taxonomy.Crosswalk) error
	Tool      string // name and version of the program
}

// Names of the files that every site has.
const (
	indexFile    = "index.html"
	styleFile    = "style.css"
	setFile      = "mappings.sssom.tsv"
	coverageFile = "coverage.json"
	conceptsFile = "concepts.tsv"
	markFile     = "concord-site.json"
	sumsFile     = "SHA256SUMS"
)

// pageRows is how many mappings a page shows at most.
const pageRows = 300

// A file is one file of the site.
type file struct {
	name string
	body []byte
}

// Digest is the SHA-256 of the file in hexadecimal.
func (f *file) Digest() string {
	sum := sha256.Sum256(f.body)
	return hex.EncodeToString(sum[:])
}

// files makes every file of the site, the index first and the checksums last.
func (s *Site) files() ([]file, error) {
	b := &builder{Site: s, style: []byte(crosswalk.Style)}
	b.rows()
	b.plan()
	var sssom bytes.Buffer
	if err := s.SSSOM(&sssom, s.Crosswalk); err != nil {
		return nil, fmt.Errorf("writing the SSSOM of the site: %w", err)
	}
	coverage, err := json.MarshalIndent(s.Coverage, "", " ")
	if err != nil {
		return nil, fmt.Errorf("writing the coverage of the site: %w", err)
	}
	mark, err := json.Marshal(mark{s.Crosswalk.ID, s.Tool})
	if err != nil {
		return nil, fmt.Errorf("writing the mark of the site: %w", err)
	}
	b.downloads = []file{{setFile, sssom.Bytes()}, {coverageFile, append(coverage, '\n')}, {conceptsFile, b.concepts()}}
	index, err := b.index()
	if err != nil {
		return nil, err
	}
	files := []file{{indexFile, index}, {styleFile, b.style}, {markFile, append(mark, '\n')}}
	files = append(files, b.downloads...)
	for i := range b.lists {
		pages, err := b.pages(&b.lists[i])
		if err != nil {
			return nil, err
		}
		files = append(files, pages...)
	}
	var sums strings.Builder
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b file) int { return strings.Compare(a.name, b.name) })
	for _, f := range sorted {
		fmt.Fprintf(&sums, "%s  %s\n", f.Digest(), f.name)
	}
	return append(files, file{sumsFile, []byte(sums.String())}), nil
}

// A mark says that a folder is a site of ours.
type mark struct {
	Set  taxonomy.URI `json:"set"`
	Tool string       `json:"tool"`
}

// A builder holds a site while its pages are made.
type builder struct {
	*Site
	all       []row
	lists     []list
	anchors   map[string]string // of subjects, by URI or label
	place     map[string]string // page and anchor of subjects
	style     []byte
	downloads []file
}

// A list is a run of pages with mappings: those of a group, or of a predicate.
type list struct {
	Name     string // of the first page, without ".html"
	Title    string
	Group    string // Group.ID; of a list of a group
	IsGroup  bool
	Concepts int
	rows     []row
}

// URL is the list's first page.
func (l *list) URL() string { return l.Name + ".html" }

// Count is how many mappings the list has.
func (l *list) Count() int { return len(l.rows) }

// An end is one side of a mapping as a page shows it.
type end struct {
	Label, URI, Link, Lang, Kind string
	None                         bool
}

// A row is a mapping as a page shows it.
type row struct {
	Anchor          string // of the subject
	First           bool   // the first row of its subject on the page
	Subject, Object end
	Predicate       string
	Not             bool
	Notes           []string
	group, key      string
	predicate       taxonomy.Match
}

// rows makes rows of the mappings, by the subject's label.
func (b *builder) rows() {
	c := b.Crosswalk
	b.anchors, b.place = map[string]string{}, map[string]string{}
	taken := map[string]bool{}
	for i := range c.Mappings {
		m := &c.Mappings[i]
		r := row{Predicate: crosswalk.PredicateName(m.Predicate), predicate: m.Predicate, Not: m.Modifier != ""}
		group, subject := b.Coverage.Concept(m, 0)
		_, object := b.Coverage.Concept(m, 1)
		r.group = group
		r.Subject = endOf(m.Subject, cmp.Or(subject, m.SubjectLabel), m.SubjectKind, c.SubjectLang)
		r.Object = endOf(m.Object, cmp.Or(object, m.ObjectLabel), m.ObjectKind, c.ObjectLang)
		r.key = cmp.Or(string(m.Subject), m.SubjectLabel)
		if m.Subject == taxonomy.NoTerm {
			r.key = ""
		}
		if r.key != "" && b.anchors[r.key] == "" {
			a := anchor(r.key)
			if taken[a] {
				sum := sha256.Sum256([]byte(r.key))
				a += "-" + hex.EncodeToString(sum[:4])
			}
			taken[a] = true
			b.anchors[r.key] = a
		}
		r.Anchor = b.anchors[r.key]
		if m.Confidence != nil {
			r.Notes = append(r.Notes, fmt.Sprintf("confidence %.2f", *m.Confidence))
		}
		if m.Status != "" && m.Status != taxonomy.Accepted {
			r.Notes = append(r.Notes, string(m.Status))
		}
		if m.Before != "" {
			r.Notes = append(r.Notes, crosswalk.PredicateName(m.Before)+" before review")
		}
		if m.Author != "" {
			r.Notes = append(r.Notes, "by "+m.Author)
		}
		if m.Comment != "" {
			r.Notes = append(r.Notes, m.Comment)
		}
		b.all = append(b.all, r)
	}
	slices.SortStableFunc(b.all, func(x, y row) int {
		return cmp.Or(strings.Compare(strings.ToLower(x.Subject.Label), strings.ToLower(y.Subject.Label)), strings.Compare(x.key, y.key))
	})
}

func endOf(uri taxonomy.URI, label, kind string, lang taxonomy.Lang) end {
	e := end{Label: label, URI: string(uri), Kind: kind, Lang: string(lang), None: uri == taxonomy.NoTerm}
	if strings.HasPrefix(e.URI, "http://") || strings.HasPrefix(e.URI, "https://") {
		e.Link = e.URI
	}
	if e.None {
		e.Label, e.URI, e.Lang = "no concept found", "", ""
	}
	if e.Label == "" {
		e.Label, e.Lang = e.URI, ""
	}
	return e
}

// anchor makes the end of an identifier one that HTML and people can read.
func anchor(key string) string {
	last := key[strings.LastIndexAny(strings.TrimRight(key, "/#"), "/#")+1:]
	return "c-" + strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, last[:min(len(last), 60)]), "-")
}

// plan puts the rows into lists: one for each group in the order of the
// coverage, one for what was looked for from the other side, and one for each
// predicate.
func (b *builder) plan() {
	taken := map[string]bool{}
	name := func(kind, title string) string {
		base := kind + "-" + cmp.Or(taxonomy.Slug(title), "all")
		n := base
		for i := 2; taken[n]; i++ {
			n = fmt.Sprintf("%s-no%d", base, i)
		}
		taken[n] = true
		return n
	}
	byGroup, byPredicate, none := map[string][]row{}, map[taxonomy.Match][]row{}, []row(nil)
	counts := map[taxonomy.Match]int{}
	for _, r := range b.all {
		byPredicate[r.predicate] = append(byPredicate[r.predicate], r)
		counts[r.predicate]++
		if r.key == "" {
			none = append(none, r)
			continue
		}
		byGroup[r.group] = append(byGroup[r.group], r)
	}
	for _, g := range b.Coverage.Sides[0].Groups {
		if rows := byGroup[g.ID]; len(rows) > 0 {
			b.addGroup(list{Name: name("group", strings.TrimSpace(g.Code+" "+g.Label)), Title: title(&g), Group: g.ID, IsGroup: true, rows: rows})
			delete(byGroup, g.ID)
		}
	}
	for _, id := range slices.Sorted(func(yield func(string) bool) {
		for id := range byGroup {
			if !yield(id) {
				return
			}
		}
	}) { // only of rows whose mappings were not counted
		b.addGroup(list{Name: name("group", id), Title: cmp.Or(id, "in no group"), Group: id, IsGroup: true, rows: byGroup[id]})
	}
	if len(none) > 0 {
		b.lists = append(b.lists, list{Name: name("group", "no subject found"), Title: "No subject found", Group: string(taxonomy.NoTerm), IsGroup: true, rows: none})
	}
	for _, p := range crosswalk.Predicates(counts) {
		b.lists = append(b.lists, list{Name: name("predicate", crosswalk.PredicateName(p)), Title: "Predicate " + crosswalk.PredicateName(p), rows: byPredicate[p]})
	}
}

// addGroup adds a list of a group, and notes where its concepts are.
func (b *builder) addGroup(l list) {
	for i := range l.rows {
		if key := l.rows[i].key; b.place[key] == "" {
			l.Concepts++
			b.place[key] = pageName(l.Name, i/pageRows) + "#" + b.anchors[key]
		}
	}
	b.lists = append(b.lists, l)
}

func title(g *crosswalk.Group) string {
	if g.Code != "" && len(g.Code) <= 8 && !strings.HasPrefix(g.Label, g.Code) {
		return g.Code + " " + g.Label
	}
	return g.Label
}

// pageName is the name of the i-th page of a list, from 0.
func pageName(list string, i int) string {
	if i == 0 {
		return list + ".html"
	}
	return fmt.Sprintf("%s-page%d.html", list, i+1)
}

// concepts is a table of where every subject is: what to cite it by.
func (b *builder) concepts() []byte {
	var out bytes.Buffer
	out.WriteString("concept\tpage\n")
	keys := make([]string, 0, len(b.place))
	for key := range b.place {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		fmt.Fprintf(&out, "%s\t%s\n", strings.Join(strings.Fields(key), " "), b.place[key])
	}
	return out.Bytes()
}
