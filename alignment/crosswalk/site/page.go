package site

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"concord/alignment/crosswalk"
	"concord/alignment/crosswalk/picture"
	"concord/taxonomy"
)

//go:embed *.html
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"number": picture.Number, "percent": picture.Percent, "predicate": crosswalk.PredicateName, "predicates": crosswalk.Predicates,
	"first": func(n int, list []crosswalk.Unmapped) []crosswalk.Unmapped { return list[:min(n, len(list))] },
	"size": func(f file) string {
		if n := len(f.body); n >= 10_000 {
			return picture.Number((n+500)/1000) + " kB"
		}
		return picture.Number(len(f.body)) + " bytes"
	},
	"web": func(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") },
}).ParseFS(pageFiles, "*.html"))

// A head is what all pages show of the set.
type head struct {
	Set      *taxonomy.MappingSet
	Name     string // of the set
	Coverage *crosswalk.Coverage
	Groups   []*list
	By       []*list // predicates
	Tool     string
}

func (b *builder) head() head {
	set := &b.Crosswalk.MappingSet
	h := head{Set: set, Name: cmp.Or(set.Title, string(set.ID)), Coverage: b.Coverage, Tool: b.Tool}
	for i := range b.lists {
		if l := &b.lists[i]; l.IsGroup {
			h.Groups = append(h.Groups, l)
		} else {
			h.By = append(h.By, l)
		}
	}
	return h
}

func (b *builder) render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("writing a page of the site: %w", err)
	}
	return out.Bytes(), nil
}

// link gives the page of a group of subjects.
func (b *builder) link(subject, _ string) string {
	for i := range b.lists {
		if l := &b.lists[i]; l.IsGroup && l.Group == subject {
			return l.URL()
		}
	}
	return ""
}

func (b *builder) index() ([]byte, error) {
	figures, err := b.Coverage.Figures(b.link)
	if err != nil {
		return nil, err
	}
	set := &b.Crosswalk.MappingSet
	return b.render("index.html", struct {
		head
		Figures   []crosswalk.Figure
		Check     *crosswalk.Report
		Cite      string
		Data      map[string]any
		Downloads []file
		Facts     []fact
	}{b.head(), figures, b.Check, Cite(set), dataset(set), b.downloads, facts(set)})
}

// File names, and digests, for templates.
func (f file) Name() string { return f.name }

// A fact is something that a set says of itself.
type fact struct {
	Name   string
	Values []string
}

// directions are what is known of broad and narrow, in words.
var directions = map[taxonomy.Direction]string{
	taxonomy.Conforms:   "as SKOS defines them",
	taxonomy.Normalised: "inverted in the source, turned here: as SKOS defines them",
	taxonomy.Inverted:   "inverted, left as they are in the source",
}

// facts are what the set says of itself, in the order of a page.
func facts(s *taxonomy.MappingSet) []fact {
	all := []fact{
		{"Identifier", []string{string(s.ID)}}, {"Version", []string{s.Version}}, {"Published", []string{s.Published}}, {"Creators", s.Creators},
		{"Licence", []string{cmp.Or(s.License, "not stated")}},
		{"From", []string{strings.TrimSpace(s.SubjectSource + " " + s.SubjectVersion)}}, {"To", []string{strings.TrimSpace(s.ObjectSource + " " + s.ObjectVersion)}},
		{"Broad and narrow", []string{directions[s.Direction]}}, {"Read from", []string{s.Format}}, {"Digest of the source", []string{s.Digest}},
		{"Provider", s.Slots["mapping_provider"]}, {"Made with", s.Slots["mapping_tool"]}, {"See also", s.Slots["see_also"]}, {"Report problems to", s.Slots["issue_tracker"]},
	}
	return slices.DeleteFunc(all, func(f fact) bool { return strings.Join(f.Values, "") == "" })
}

// Cite says how to cite a mapping set: "Creators (2024). Title (Version 1)
// [mapping set]. Identifier. Licence: …".
func Cite(s *taxonomy.MappingSet) string {
	who := strings.Join(s.Creators, "; ")
	if who == "" {
		who = cmp.Or(strings.Join(s.Slots["mapping_provider"], "; "), "Unnamed makers")
	}
	year := "n.d."
	if len(s.Published) >= 4 && strings.Trim(s.Published[:4], "0123456789") == "" {
		year = s.Published[:4]
	}
	out := fmt.Sprintf("%s (%s). %s", who, year, cmp.Or(s.Title, path.Base(string(s.ID))))
	if s.Version != "" {
		out += " (version " + s.Version + ")"
	}
	out += " [mapping set]. " + string(s.ID) + "."
	if s.License != "" {
		out += " Licence: " + s.License + "."
	}
	return out
}

// dataset is the set as a schema.org Dataset, for those who read pages by program.
func dataset(s *taxonomy.MappingSet) map[string]any {
	d := map[string]any{"@context": "https://schema.org", "@type": "Dataset", "@id": string(s.ID), "name": cmp.Or(s.Title, string(s.ID)), "identifier": string(s.ID),
		"description":  cmp.Or(s.Description, "Mappings from "+cmp.Or(s.SubjectSource, "one framework")+" to "+cmp.Or(s.ObjectSource, "another")+"."),
		"distribution": map[string]any{"@type": "DataDownload", "encodingFormat": "text/tab-separated-values", "contentUrl": setFile}}
	for name, value := range map[string]string{"license": s.License, "version": s.Version, "datePublished": s.Published} {
		if value != "" {
			d[name] = value
		}
	}
	var creators []map[string]string
	for _, c := range s.Creators {
		creators = append(creators, map[string]string{"@type": "Person", "name": c})
	}
	if creators != nil {
		d["creator"] = creators
	}
	return d
}

// A pageLink leads to one page of a list.
type pageLink struct {
	Number int
	URL    string
	Here   bool
}

// pages makes the pages of a list.
func (b *builder) pages(l *list) ([]file, error) {
	n := max(1, (len(l.rows)+pageRows-1)/pageRows)
	var out []file
	for i := range n {
		rows := l.rows[i*pageRows : min(len(l.rows), (i+1)*pageRows)]
		seen := map[string]bool{}
		for j := range rows {
			rows[j].First = !seen[rows[j].key]
			seen[rows[j].key] = true
		}
		data := struct {
			head
			List       *list
			Rows       []row
			Page, Of   int
			Prev, Next string
			Pages      []pageLink
		}{head: b.head(), List: l, Rows: rows, Page: i + 1, Of: n}
		if i > 0 {
			data.Prev = pageName(l.Name, i-1)
		}
		if i+1 < n {
			data.Next = pageName(l.Name, i+1)
		}
		for j := range n {
			data.Pages = append(data.Pages, pageLink{j + 1, pageName(l.Name, j), i == j})
		}
		body, err := b.render("list.html", data)
		if err != nil {
			return nil, err
		}
		out = append(out, file{pageName(l.Name, i), body})
	}
	return out, nil
}
