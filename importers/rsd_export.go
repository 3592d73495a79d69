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

// exportRSD writes a release in the columns of OSMT's v3 export, a record for
// each concept in URI order, with as many alignments as the concept with most
// of them has. Column Collections is there if anything is in a collection.
func exportRSD(ctx context.Context, w io.Writer, r taxonomy.Reader, ref taxonomy.Ref) ([]Loss, error) {
	rel, err := r.Release(ctx, ref)
	if err != nil {
		return nil, err
	}
	x := &rsdExport{lost: losses{}}
	broader, err := broaderOf(ctx, r, rel.Ref, x.lost)
	if err != nil {
		return nil, err
	}
	for _, up := range broader {
		x.lost.add("relations "+string(taxonomy.Broader), len(up))
	}
	var rows [][]string
	most, collections := 1, false
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: rel.Ref}) {
		if err != nil {
			return nil, fmt.Errorf("reading concepts: %w", err)
		}
		mappings, err := outgoing(ctx, r, c.URI)
		if err != nil {
			return nil, err
		}
		row, alignments := x.row(c, mappings)
		most = max(most, alignments)
		collections = collections || row[rsdCollections] != ""
		rows = append(rows, row)
	}
	out := csv.NewWriter(w)
	head := slices.Clone(rsdHeader)
	for i := range most {
		name := "Alignment"
		if i > 0 {
			name = fmt.Sprintf("Alignment %d", i+1)
		}
		head = append(head, name+" Name", name+" URL", name+" Framework")
	}
	for _, row := range append([][]string{head}, rows...) {
		row = append(row, make([]string, len(head)-len(row))...)
		if !collections {
			row = slices.Delete(row, rsdCollections, rsdCollections+1)
		}
		if err := out.Write(row); err != nil {
			return nil, fmt.Errorf("writing CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return nil, fmt.Errorf("writing CSV: %w", err)
	}
	return x.lost.list(), nil
}

// rsdHeader is the header up to the alignments.
var rsdHeader = []string{"Canonical URL", "RSD Name", "Authors", "Skill Statement", "Categories", "Keywords", "Standards", "Certifications",
	"Occupation Major Groups", "Occupation Minor Groups", "Broad Occupations", "Detailed Occupations", "O*Net Job Codes", "Employers", "Collections"}

// rsdCollections is the column of collections.
const rsdCollections = 14

// rsdProperties are the properties that have a column.
var rsdProperties = []string{"author", taxonomy.PropCategory, taxonomy.PropKeyword, "standard", "certification", "occupation", "employer", taxonomy.PropCollection, "alignment"}

type rsdExport struct {
	lost losses
}

// row is the record of a concept and the number of its alignments. The name is
// the preferred label, in English if there is one; the statement is the
// definition, else the name.
func (x *rsdExport) row(c *taxonomy.Concept, mappings []taxonomy.Mapping) (row []string, alignments int) {
	name := c.Pref()
	statement := c.Note(taxonomy.Definition, name.Lang)
	x.count(c, name, statement)
	if statement.Text == "" {
		statement.Text = name.Text
	}
	var occupations [5][]string
	for _, code := range c.Property("occupation") {
		level := occupationLevel(code)
		occupations[level] = append(occupations[level], code)
	}
	row = []string{string(c.URI), name.Text, x.list(c.Property("author")), statement.Text, x.list(c.Property(taxonomy.PropCategory)), x.list(c.Property(taxonomy.PropKeyword)),
		x.list(c.Property("standard")), x.list(c.Property("certification"))}
	for _, codes := range occupations {
		row = append(row, x.list(codes))
	}
	row = append(row, x.list(c.Property("employer")), x.list(c.Property(taxonomy.PropCollection)))
	for _, m := range mappings {
		if m.Predicate != rsdMatch {
			x.lost.add("predicates of mappings ("+string(m.Predicate)+")", 1)
		}
		row = append(row, m.ObjectLabel, string(m.Object), m.ObjectSource)
		alignments++
	}
	for _, a := range c.Property("alignment") {
		row = append(row, a, "", "")
		alignments++
	}
	return row, alignments
}

// count adds up what of c has no column.
func (x *rsdExport) count(c *taxonomy.Concept, name taxonomy.Label, statement taxonomy.Note) {
	if c.Kind != taxonomy.Skill {
		x.lost.add("kinds other than skill", 1)
	}
	if c.Code != "" {
		x.lost.add("codes", 1)
	}
	if c.Deprecated {
		x.lost.add("deprecations", 1)
	}
	for _, l := range c.Labels {
		if l != name {
			x.lost.add("labels of kind "+string(l.Kind)+" beside the name", 1)
		}
	}
	if name.Lang != rsdLang {
		x.lost.add("languages of names", 1)
	}
	for _, n := range c.Notes {
		if n != statement {
			x.lost.add("notes of kind "+string(n.Kind), 1)
		}
	}
	for _, p := range c.Properties {
		if !slices.Contains(rsdProperties, p.Name) {
			x.lost.add("properties "+p.Name, 1)
		}
	}
}

// list joins values, which the format cannot escape.
func (x *rsdExport) list(values []string) string {
	for _, v := range values {
		if strings.Contains(v, ";") {
			x.lost.add("values with a semicolon, read back as several", 1)
		}
	}
	return strings.Join(values, "; ")
}

// occupationLevel tells major (0), minor (1), broad (2) and detailed (3) SOC
// groups and O*NET codes (4) by their form: 15-0000, 15-1200, 15-1250,
// 15-1252, 15-1252.00.
func occupationLevel(code string) int {
	switch {
	case strings.Contains(code, "."):
		return 4
	case strings.HasSuffix(code, "0000"):
		return 0
	case strings.HasSuffix(code, "00"):
		return 1
	case strings.HasSuffix(code, "0"):
		return 2
	}
	return 3
}
