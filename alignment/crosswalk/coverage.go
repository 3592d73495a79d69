package crosswalk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// Coverage says how much of either side of a mapping set is mapped, and where
// the mappings run. Predicates read from subject to object on both sides.
type Coverage struct {
	Set       taxonomy.URI       `json:"set"`
	Title     string             `json:"title,omitempty"`
	Direction taxonomy.Direction `json:"direction,omitempty"` // where it is Inverted, broad and narrow are as the source has them
	Statuses  []taxonomy.Status  `json:"statuses"`            // of the rows counted
	Rows      int                `json:"rows"`                // of the set
	Mappings  int                `json:"mappings"`            // rows counted that join two concepts
	NoTerm    int                `json:"noTerm"`              // rows counted that say a person looked and found none
	LeftOut   map[string]int     `json:"leftOut,omitempty"`   // rows not counted: by status, and "Not"

	ByPredicate map[taxonomy.Match]int `json:"byPredicate"` // of Mappings
	Sides       [2]Side                `json:"sides"`       // subject, object
	Matrix      []Cell                 `json:"matrix"`      // between Groups of the sides, by subject group and object group in their order
	Flows       []Cell                 `json:"flows"`       // between Majors, the strongest first

	sides [2]*sideIndex
}

// A Side is what is known of one side of a mapping set.
type Side struct {
	Source  string  `json:"source"`            // as the set names it
	Version string  `json:"version,omitempty"` // as the set names it
	Release string  `json:"release,omitempty"` // the loaded release that holds its concepts: "esco@1.1.0"
	Loaded  bool    `json:"loaded"`
	By      string  `json:"by"`    // what the groups come from: ByHierarchy and so on
	Depth   int     `json:"depth"` // of the groups below the top
	Groups  []Group `json:"groups"`
	Majors  []Group `json:"majors"` // the top groups, between which the flows run

	Concepts    int                    `json:"concepts"` // of the kinds that are mapped; where not loaded, those the set names
	Kinds       []taxonomy.Kind        `json:"kinds,omitempty"`
	Mapped      int                    `json:"mapped"`
	NoTerm      int                    `json:"noTerm"`
	Unknown     int                    `json:"unknown"` // concepts named that the release does not hold; they are in no other count
	ByPredicate map[taxonomy.Match]int `json:"byPredicate"`
	Unmapped    []Unmapped             `json:"unmapped"` // what matters most first; only where loaded
}

// A Cell counts the mappings from one group to another.
type Cell struct {
	Subject     string                 `json:"subject"` // Group.ID
	Object      string                 `json:"object"`
	Mappings    int                    `json:"mappings"`
	ByPredicate map[taxonomy.Match]int `json:"byPredicate"`
}

// An Unmapped is a concept that nobody has mapped or looked for.
type Unmapped struct {
	URI    taxonomy.URI `json:"uri"`
	Label  string       `json:"label"`
	Group  string       `json:"group"`
	Weight float64      `json:"weight"` // relations that use it, each by its importance where it has one
	Why    string       `json:"why"`    // "essential for 12 occupations, optional for 3"
}

// CoverageOptions are what a person may ask of MeasureCoverage.
type CoverageOptions struct {
	Statuses []taxonomy.Status // none: accepted
	Depth    int               // of the groups below the top, from 1; 0: as deep as shows something
	Releases [2]taxonomy.Ref   // of the sides; zero: the loaded one that holds most of it
	Lang     taxonomy.Lang     // of labels
}

// MeasureCoverage counts the coverage of a mapping set. What the store does
// not hold of a side it takes from the set itself. A depth that is out of
// bounds is an ErrInvalid, a release that is asked for and not there an
// ErrNotFound.
func MeasureCoverage(ctx context.Context, r taxonomy.Reader, c *taxonomy.Crosswalk, opt CoverageOptions) (*Coverage, error) {
	if opt.Depth < 0 || opt.Depth > deepest {
		return nil, fmt.Errorf("%w: groups can be 1 to %d levels below the top, not %d", taxonomy.ErrInvalid, deepest, opt.Depth)
	}
	if len(opt.Statuses) == 0 {
		opt.Statuses = []taxonomy.Status{taxonomy.Accepted}
	}
	cov := &Coverage{Set: c.ID, Title: c.Title, Direction: c.Direction, Statuses: opt.Statuses, Rows: len(c.Mappings),
		ByPredicate: map[taxonomy.Match]int{}, LeftOut: map[string]int{}}
	var rows []*taxonomy.Mapping
	for i := range c.Mappings {
		m := &c.Mappings[i]
		switch {
		case !cov.Counts(c, m):
			cov.LeftOut[string(statusOf(c, m))]++
		case m.Modifier != "":
			cov.LeftOut[m.Modifier]++
		case m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm:
			cov.NoTerm++
			rows = append(rows, m)
		default:
			cov.Mappings++
			cov.ByPredicate[m.Predicate]++
			rows = append(rows, m)
		}
	}
	for i := range cov.sides {
		s, err := indexSide(ctx, r, c, rows, i, opt)
		if err != nil {
			return nil, err
		}
		cov.sides[i] = s
		cov.Sides[i] = s.count(rows)
		if s.release != nil {
			if err := s.weigh(ctx, r, &cov.Sides[i]); err != nil {
				return nil, err
			}
		}
	}
	cov.Matrix = cells(rows, cov.sides, func(s *sideIndex, key string) string { return s.groupOf(s.homes, key) })
	order := [2]map[string]int{ranks(cov.Sides[0].Groups), ranks(cov.Sides[1].Groups)}
	slices.SortFunc(cov.Matrix, func(a, b Cell) int {
		return cmp.Or(order[0][a.Subject]-order[0][b.Subject], order[1][a.Object]-order[1][b.Object])
	})
	cov.Flows = cells(rows, cov.sides, func(s *sideIndex, key string) string { return s.groupOf(s.majors, key) })
	slices.SortFunc(cov.Flows, func(a, b Cell) int {
		return cmp.Or(b.Mappings-a.Mappings, strings.Compare(a.Subject, b.Subject), strings.Compare(a.Object, b.Object))
	})
	return cov, nil
}

// statusOf is the status of a row: its own, else the set's.
func statusOf(c *taxonomy.Crosswalk, m *taxonomy.Mapping) taxonomy.Status {
	return cmp.Or(m.Status, c.Status, taxonomy.Accepted)
}

// Counts reports whether a row of the set has one of the statuses that count.
func (c *Coverage) Counts(set *taxonomy.Crosswalk, m *taxonomy.Mapping) bool {
	return slices.Contains(c.Statuses, statusOf(set, m))
}

// Concept returns what is known of the concept on a side (0 subject, 1 object)
// of a row that was counted: the ID of its group, and its label in the row, else
// in the release. They are empty where that side is no concept.
func (c *Coverage) Concept(m *taxonomy.Mapping, side int) (group, label string) {
	key := keyOf(m, side)
	if key == "" {
		return "", ""
	}
	s := c.sides[side]
	label = m.SubjectLabel
	if side == 1 {
		label = m.ObjectLabel
	}
	if known := s.members[key]; known != nil && label == "" && known.label != key {
		label = known.label
	}
	return s.groupOf(s.homes, key), label
}

func ranks(groups []Group) map[string]int {
	out := map[string]int{}
	for i, g := range groups {
		out[g.ID] = i
	}
	return out
}

// cells counts rows between the groups that of names, in no order.
func cells(rows []*taxonomy.Mapping, sides [2]*sideIndex, of func(*sideIndex, string) string) []Cell {
	type pair struct{ from, to string }
	at := map[pair]int{}
	var out []Cell
	for _, m := range rows {
		from, to := keyOf(m, 0), keyOf(m, 1)
		if from == "" || to == "" {
			continue
		}
		p := pair{of(sides[0], from), of(sides[1], to)}
		i, ok := at[p]
		if !ok {
			i = len(out)
			at[p] = i
			out = append(out, Cell{Subject: p.from, Object: p.to, ByPredicate: map[taxonomy.Match]int{}})
		}
		out[i].Mappings++
		out[i].ByPredicate[m.Predicate]++
	}
	return out
}

// keyOf is what one side of a row is known by: its URI, or the label of a
// literal; empty where that side is no concept.
func keyOf(m *taxonomy.Mapping, side int) string {
	uri, label := m.Subject, m.SubjectLabel
	if side == 1 {
		uri, label = m.Object, m.ObjectLabel
	}
	switch uri {
	case taxonomy.NoTerm:
		return ""
	case "":
		return label
	}
	return string(uri)
}

// Closest returns the closest of two predicates: in the order of
// taxonomy.Matches, then by name.
func closest(a, b taxonomy.Match) taxonomy.Match {
	rank := func(m taxonomy.Match) int {
		if i := slices.Index(taxonomy.Matches, m); i >= 0 {
			return i
		}
		return len(taxonomy.Matches)
	}
	if a == "" || cmp.Or(rank(b)-rank(a), strings.Compare(string(b), string(a))) < 0 {
		return b
	}
	return a
}
