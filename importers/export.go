package importers

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Loss is something of a release that an export format cannot carry.
type Loss struct {
	What  string `json:"what"` // "alternative labels after the first"
	Count int    `json:"count"`
}

func (l Loss) String() string { return fmt.Sprintf("%s: %d", l.What, l.Count) }

// exporters is every format that is written.
var exporters = []struct {
	name  string
	doc   string // one line, for help
	write func(context.Context, io.Writer, taxonomy.Reader, taxonomy.Ref) ([]Loss, error)
}{
	{"skos", "SKOS in Turtle", exportSKOS},
	{"case", "1EdTech CASE 1.1 CFPackage JSON", exportCASE},
	{"rsd-csv", "rich skill descriptors as OSMT writes them, CSV", exportRSD},
	{"csv", "a table that import --format csv reads back", exportCSV},
}

// ExportFormats returns the names of the formats that are written and a line about each.
func ExportFormats() [][2]string {
	var out [][2]string
	for _, e := range exporters {
		out = append(out, [2]string{e.name, e.doc})
	}
	return out
}

// Export writes the release ref names (a bare scheme: its current release) to
// w and returns what the format could not carry, by name. The same store gives
// the same bytes. An unknown format is an ErrInvalid that lists the formats, a
// release that is not loaded an ErrNotFound.
func Export(ctx context.Context, w io.Writer, format string, r taxonomy.Reader, ref taxonomy.Ref) ([]Loss, error) {
	var names []string
	for _, e := range exporters {
		if e.name == format {
			return e.write(ctx, w, r, ref)
		}
		names = append(names, e.name)
	}
	return nil, fmt.Errorf("%w: no export format %q; the formats are %s", taxonomy.ErrInvalid, format, strings.Join(names, ", "))
}

// losses counts what is left out.
type losses map[string]int

func (l losses) add(what string, n int) {
	if n > 0 {
		l[what] += n
	}
}

// list returns the losses by name.
func (l losses) list() []Loss {
	var out []Loss
	for what, n := range l {
		out = append(out, Loss{what, n})
	}
	slices.SortFunc(out, func(a, b Loss) int { return strings.Compare(a.What, b.What) })
	return out
}

// outgoing returns the mappings that uri is the subject of.
func outgoing(ctx context.Context, r taxonomy.Reader, uri taxonomy.URI) ([]taxonomy.Mapping, error) {
	all, err := r.Mappings(ctx, uri)
	if err != nil {
		return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
	}
	var out []taxonomy.Mapping
	for _, m := range all {
		if m.Subject == uri {
			out = append(out, m)
		}
	}
	return out, nil
}

// broaderOf returns the broader concepts of every concept of a release, and
// counts the other relations as lost.
func broaderOf(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref, lost losses) (map[taxonomy.URI][]taxonomy.URI, error) {
	broader := map[taxonomy.URI][]taxonomy.URI{}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref}) {
		if err != nil {
			return nil, fmt.Errorf("reading relations: %w", err)
		}
		if rel.Predicate != taxonomy.Broader {
			lost.add("relations "+string(rel.Predicate), 1)
			continue
		}
		broader[rel.Subject] = append(broader[rel.Subject], rel.Object)
	}
	return broader, nil
}
