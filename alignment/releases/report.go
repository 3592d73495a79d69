package releases

import (
	"fmt"
	"strconv"
	"strings"

	"concord/taxonomy"
)

// A section is one list of a report, the same on paper and on a page.
type section struct {
	ID, Title, Note string
	Head            []string
	Rows            [][]cell
	More            int // rows left out
}

// A cell is text, and the concept it names.
type cell struct {
	Text string
	URI  taxonomy.URI
	Mark Severity
}

// maxRows bounds a section of a report for people; JSON holds everything.
const maxRows = 500

var whatTitles = map[What]string{Added: "Added", Retired: "Retired", Renamed: "New address, same concept", Relabelled: "Relabelled", Redefined: "Redefined",
	Retyped: "Kind changed", Moved: "Moved", Recoded: "Code changed", Properties: "Facts changed", Alternatives: "Alternative labels changed", Relinked: "Links of occupations changed"}

// Title is a heading for people.
func (w What) Title() string { return whatTitles[w] }

// Drifted returns the changes whose meaning changed at least so much, the
// worst first.
func (d *Diff) Drifted(least Severity) []Change {
	var out []Change
	for _, c := range d.Changes {
		if c.Meaning != nil && c.Meaning.Severity.rank() >= least.rank() {
			out = append(out, c)
		}
	}
	return out
}

// A countRow is one figure for each kind of Counts.
type countRow struct {
	Title string
	N     []int
}

// countRows lays out the counts, without what did not happen.
func (d *Diff) countRows() []countRow {
	var rows []countRow
	add := func(title string, always bool, of func(KindCounts) int) {
		r := countRow{Title: title}
		sum := 0
		for _, k := range d.Counts {
			r.N = append(r.N, of(k))
			sum += of(k)
		}
		if always || sum > 0 {
			rows = append(rows, r)
		}
	}
	add("Concepts before", true, func(k KindCounts) int { return k.Before })
	add("Concepts after", true, func(k KindCounts) int { return k.After })
	add("URIs gone", true, func(k KindCounts) int { return k.GoneURIs })
	add("URIs new", true, func(k KindCounts) int { return k.NewURIs })
	for _, w := range Whats {
		add(w.Title(), false, func(k KindCounts) int { return k.Changes[w] })
	}
	for _, s := range Severities {
		add("Meaning changed: "+string(s), false, func(k KindCounts) int { return k.Meaning[s] })
	}
	return rows
}

// sections lays out a diff, changes of meaning first.
func (d *Diff) sections() []section {
	all := []section{{ID: "meaning", Title: "Same concept, other meaning", Head: []string{"Severity", "Before", "After", "Kind", "Why"},
		Note: "What was aligned with these should be looked at, from medium on. Severity is told from names, definitions and vectors."}}
	for _, c := range d.Drifted(Low) {
		all[0].Rows = append(all[0].Rows, []cell{{Text: string(c.Meaning.Severity), Mark: c.Meaning.Severity}, named(c.Before), named(c.After), {Text: string(c.Kind)}, {Text: c.Meaning.Reason}})
	}
	for _, w := range []What{Retired, Added, Renamed, Relabelled, Redefined, Retyped, Moved, Recoded, Properties, Alternatives, Relinked} {
		s := section{ID: string(w), Title: w.Title(), Head: heads[w]}
		for i := range d.Changes {
			if c := &d.Changes[i]; c.Has(w) {
				s.Rows = append(s.Rows, c.rows(w)...)
			}
		}
		all = append(all, s)
	}
	var out []section
	for _, s := range all {
		if len(s.Rows) == 0 {
			continue
		}
		if len(s.Rows) > maxRows {
			s.More = len(s.Rows) - maxRows
			s.Rows = s.Rows[:maxRows]
		}
		out = append(out, s)
	}
	return out
}

var heads = map[What][]string{
	Retired: {"Concept", "Kind", "Nearest in the new release", "Why"}, Added: {"Concept", "Kind"},
	Renamed: {"Concept", "Kind", "Before", "After", "Told by"}, Relabelled: {"Before", "After", "Kind", "Language", "Meaning"},
	Redefined: {"Concept", "Language", "Before", "After"}, Retyped: {"Concept", "Before", "After"}, Moved: {"Concept", "Kind", "No longer under", "Now under"},
	Recoded: {"Concept", "Kind", "Before", "After"}, Properties: {"Concept", "Fact", "Before", "After"}, Alternatives: {"Concept", "Language", "Lost", "Gained"},
	Relinked: {"Occupation", "Relation", "Before", "After", "Change"},
}

func named(s *Side) cell { return cell{Text: s.Label, URI: s.URI} }

// rows is what a section says of one change.
func (c *Change) rows(w What) (rows [][]cell) {
	text := func(s string) cell { return cell{Text: s} }
	kind := text(string(c.Kind))
	concept := named(c.Side())
	switch w {
	case Retired:
		next, why := text("none found"), text("")
		if len(c.Successors) > 0 {
			p := c.Successors[0]
			next, why = cell{Text: p.Label, URI: p.URI}, text(fmt.Sprintf("%s (%.2f)", p.Reason, p.Confidence))
		}
		return [][]cell{{named(c.Before), kind, next, why}}
	case Added:
		return [][]cell{{concept, kind}}
	case Renamed:
		return [][]cell{{concept, kind, text(string(c.Before.URI)), text(string(c.After.URI)), text(string(c.By))}}
	case Relabelled:
		for _, l := range c.Labels {
			rows = append(rows, []cell{{Text: l.Before, URI: c.Before.URI}, {Text: l.After, URI: c.After.URI}, kind, text(string(l.Lang)), {Text: string(c.Meaning.Severity), Mark: c.Meaning.Severity}})
		}
	case Redefined:
		for _, l := range c.Definitions {
			rows = append(rows, []cell{concept, text(string(l.Lang)), text(l.Before), text(l.After)})
		}
	case Retyped:
		return [][]cell{{concept, text(string(c.Before.Kind)), text(string(c.After.Kind))}}
	case Moved:
		return [][]cell{{concept, kind, text(sideLabels(c.Broader.Removed)), text(sideLabels(c.Broader.Added))}}
	case Recoded:
		return [][]cell{{concept, kind, text(c.Before.Code), text(c.After.Code)}}
	case Properties:
		for _, p := range c.Properties {
			rows = append(rows, []cell{concept, text(p.Name), text(strings.Join(p.Removed, "; ")), text(strings.Join(p.Added, "; "))})
		}
	case Alternatives:
		for _, p := range c.Alternatives {
			rows = append(rows, []cell{concept, text(string(p.Lang)), text(strings.Join(p.Removed, "; ")), text(strings.Join(p.Added, "; "))})
		}
	case Relinked:
		for _, r := range c.Relations {
			rows = append(rows, []cell{concept, text(string(r.Predicate)), text(strconv.Itoa(r.Before)), text(strconv.Itoa(r.After)), text(fmt.Sprintf("+%d −%d", r.Added, r.Removed))})
		}
	}
	return rows
}

func sideLabels(list []Side) string {
	var out []string
	for _, s := range list {
		out = append(out, s.Label)
	}
	return strings.Join(out, "; ")
}
