package importers

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"concord/taxonomy"
)

// csvNotes are the note columns.
var csvNotes = []taxonomy.NoteKind{taxonomy.Definition, taxonomy.ScopeNote, taxonomy.Example, taxonomy.GeneralNote, taxonomy.ChangeNote}

// exportCSV writes a record for each concept and language of its labels, in
// URI order; what has no language stands in a concept's first record. Cells
// with several values have " | " between them, or line breaks where a value
// holds a "|". Every property has a column of its own.
func exportCSV(ctx context.Context, w io.Writer, r taxonomy.Reader, ref taxonomy.Ref) ([]Loss, error) {
	rel, err := r.Release(ctx, ref)
	if err != nil {
		return nil, err
	}
	lost := losses{}
	x := &csvExport{out: csv.NewWriter(w), lost: lost}
	if x.broader, err = broaderOf(ctx, r, rel.Ref, lost); err != nil {
		return nil, err
	}
	if err := x.header(ctx, r, rel.Ref); err != nil {
		return nil, err
	}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: rel.Ref}) {
		if err != nil {
			return nil, fmt.Errorf("reading concepts: %w", err)
		}
		mappings, err := outgoing(ctx, r, c.URI)
		if err != nil {
			return nil, err
		}
		lost.add("mappings", len(mappings))
		if err := x.concept(c); err != nil {
			return nil, fmt.Errorf("writing CSV: %w", err)
		}
	}
	x.out.Flush()
	if err := x.out.Error(); err != nil {
		return nil, fmt.Errorf("writing CSV: %w", err)
	}
	return lost.list(), nil
}

type csvExport struct {
	out        *csv.Writer
	broader    map[taxonomy.URI][]taxonomy.URI
	properties []string // names, sorted, without keyword and category
	lost       losses
}

// header writes the column names. A property that is called like a role of
// the importer would be read as one, so its column says csvProperty first.
func (x *csvExport) header(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) error {
	names := map[string]bool{}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: ref}) {
		if err != nil {
			return fmt.Errorf("reading concepts: %w", err)
		}
		for _, p := range c.Properties {
			names[p.Name] = true
		}
	}
	delete(names, taxonomy.PropKeyword)
	delete(names, taxonomy.PropCategory)
	for n := range names {
		x.properties = append(x.properties, n)
	}
	slices.Sort(x.properties)
	head := []string{"id", "kind", "code", "lang", "label", "alt", "hidden"}
	for _, k := range csvNotes {
		head = append(head, string(k))
	}
	head = append(head, "broader", "deprecated", "replacedBy", "keyword", "category")
	for _, n := range x.properties {
		if csvRole(n) != "" {
			n = csvProperty + n
		}
		head = append(head, n)
	}
	return x.out.Write(head)
}

func (x *csvExport) concept(c *taxonomy.Concept) error {
	var langs []taxonomy.Lang
	for _, l := range c.Labels {
		if !slices.Contains(langs, l.Lang) {
			langs = append(langs, l.Lang)
		}
	}
	for _, n := range c.Notes {
		if !slices.Contains(langs, n.Lang) {
			x.lost.add("notes in a language without labels", 1)
		}
	}
	// The importer wants a label in the first record of a concept.
	if i := slices.IndexFunc(langs, func(l taxonomy.Lang) bool { return x.label(c, l) != "" }); i > 0 {
		langs[0], langs[i] = langs[i], langs[0]
	}
	for i, lang := range langs {
		row := []string{string(c.URI), "", "", string(lang), x.label(c, lang), x.labels(c, taxonomy.AltLabel, lang), x.labels(c, taxonomy.HiddenLabel, lang)}
		for _, k := range csvNotes {
			row = append(row, x.note(c, k, lang))
		}
		if i == 0 {
			row[1], row[2] = string(c.Kind), c.Code
			row = append(row, x.uris(x.broader[c.URI]), "", x.uris(c.ReplacedBy))
			if c.Deprecated {
				row[len(row)-2] = "true"
			}
			row = append(row, x.cell(c.Property(taxonomy.PropKeyword)), x.cell(c.Property(taxonomy.PropCategory)))
			for _, n := range x.properties {
				row = append(row, x.cell(c.Property(n)))
			}
		} else {
			row = append(row, make([]string, 5+len(x.properties))...)
		}
		if err := x.out.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// label is the preferred label in a language; there should be one at most.
func (x *csvExport) label(c *taxonomy.Concept, lang taxonomy.Lang) string {
	for _, l := range c.Labels {
		if l.Kind == taxonomy.PrefLabel && l.Lang == lang {
			return l.Text
		}
	}
	return ""
}

func (x *csvExport) labels(c *taxonomy.Concept, kind taxonomy.LabelKind, lang taxonomy.Lang) string {
	var texts []string
	pref := x.label(c, lang)
	for _, l := range c.Labels {
		if l.Lang != lang {
			continue
		}
		if l.Kind == kind {
			texts = append(texts, l.Text)
		} else if kind == taxonomy.AltLabel && l.Kind == taxonomy.PrefLabel && l.Text != pref {
			x.lost.add("second preferred labels, written as alternative ones", 1)
			texts = append(texts, l.Text)
		}
	}
	return x.cell(texts)
}

func (x *csvExport) note(c *taxonomy.Concept, kind taxonomy.NoteKind, lang taxonomy.Lang) string {
	text := ""
	for _, n := range c.Notes {
		if n.Kind == kind && n.Lang == lang {
			if text != "" {
				x.lost.add("second notes of a kind", 1)
				continue
			}
			text = n.Text
		}
	}
	return text
}

func (x *csvExport) uris(uris []taxonomy.URI) string {
	texts := make([]string, len(uris))
	for i, u := range uris {
		texts[i] = string(u)
	}
	return x.cell(texts)
}

// cell joins values so that splitCell takes them apart again.
func (x *csvExport) cell(values []string) string {
	bar, line := false, false
	for _, v := range values {
		bar = bar || strings.Contains(v, "|")
		line = line || strings.Contains(v, "\n")
	}
	if bar && len(values) == 1 || line {
		x.lost.add("values with a | or a line break, read back as several", 1)
	}
	if bar && !line {
		return strings.Join(values, "\n")
	}
	return strings.Join(values, " | ")
}
