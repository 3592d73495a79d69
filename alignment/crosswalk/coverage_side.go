package crosswalk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A sideIndex holds the concepts of one side and their groups while coverage is counted.
type sideIndex struct {
	side            int
	source, version string
	release         *taxonomy.Release
	members         map[string]*member
	counted         map[string]bool // concepts that could be mapped; groups that are not are left out
	named           map[string]bool // concepts on this side of a row
	kinds           []taxonomy.Kind
	homes, majors   map[string]home
	by              string
	depth           int
}

// indexSide finds the concepts of one side: those of the loaded release, of
// the kinds that the set maps, else those that the set names.
func indexSide(ctx context.Context, r taxonomy.Reader, c *taxonomy.Crosswalk, rows []*taxonomy.Mapping, side int, opt CoverageOptions) (*sideIndex, error) {
	s := &sideIndex{side: side, source: c.SubjectSource, version: c.SubjectVersion, members: map[string]*member{}, counted: map[string]bool{}, named: map[string]bool{}}
	if side == 1 {
		s.source, s.version = c.ObjectSource, c.ObjectVersion
	}
	for _, m := range rows {
		key := keyOf(m, side)
		if key == "" {
			continue
		}
		s.named[key] = true
		label, kind := m.SubjectLabel, m.SubjectKind
		if side == 1 {
			label, kind = m.ObjectLabel, m.ObjectKind
		}
		if known := s.members[key]; known == nil {
			s.members[key] = &member{key: key, label: cmp.Or(label, key), kind: taxonomy.Kind(kind)}
		}
	}
	if ref := opt.Releases[side]; ref.Scheme != "" {
		rel, err := r.Release(ctx, ref)
		if err != nil {
			return nil, err
		}
		s.release = rel
	} else {
		rel, err := sideRelease(ctx, r, s.version, sortedKeys(s.named))
		if err != nil {
			return nil, err
		}
		s.release = rel
	}
	if s.release == nil {
		for key := range s.named {
			s.counted[key] = true
		}
	} else if err := s.load(ctx, r, opt.Lang); err != nil {
		return nil, err
	}
	members := make([]*member, 0, len(s.members))
	for _, key := range sortedKeys(s.members) {
		members = append(members, s.members[key])
	}
	s.homes, s.by, s.depth = grouped(members, s.counted, opt.Depth)
	s.majors = s.homes
	if s.depth > 1 {
		s.majors, _, _ = grouped(members, s.counted, 1)
	}
	if s.by != ByCode {
		return s, nil
	}
	if err := nameISCO(ctx, r, opt.Lang, s.homes); err != nil {
		return nil, err
	}
	return s, nameISCO(ctx, r, opt.Lang, s.majors)
}

// load reads the side's release. Kinds that less than one in twenty of the
// concepts mapped have do not count as what could be mapped.
func (s *sideIndex) load(ctx context.Context, r taxonomy.Reader, lang taxonomy.Lang) error {
	all := map[string]*member{}
	kinds, total := map[taxonomy.Kind]int{}, 0
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: s.release.Ref}) {
		if err != nil {
			return fmt.Errorf("reading %s: %w", s.release.Ref, err)
		}
		key := string(c.URI)
		if c.Deprecated && !s.named[key] {
			continue
		}
		all[key] = &member{key: key, label: c.Pref(lang).Text, code: c.Code, kind: c.Kind}
		if s.named[key] {
			kinds[c.Kind]++
			total++
		}
	}
	for k, n := range kinds {
		if n*20 >= total {
			s.kinds = append(s.kinds, k)
		}
	}
	slices.SortFunc(s.kinds, func(a, b taxonomy.Kind) int { return slices.Index(taxonomy.Kinds, a) - slices.Index(taxonomy.Kinds, b) })
	for key, m := range all {
		if s.named[key] || slices.Contains(s.kinds, m.kind) {
			s.counted[key] = true
		}
	}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: s.release.Ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return fmt.Errorf("reading the hierarchy of %s: %w", s.release.Ref, err)
		}
		if m := all[string(rel.Subject)]; m != nil {
			m.parents = append(m.parents, string(rel.Object))
		}
	}
	s.members = all
	return nil
}

// count puts the rows into the groups.
func (s *sideIndex) count(rows []*taxonomy.Mapping) Side {
	out := Side{Source: s.source, Version: s.version, Loaded: s.release != nil, By: s.by, Depth: s.depth, Kinds: s.kinds, ByPredicate: map[taxonomy.Match]int{}, Unmapped: []Unmapped{}}
	if s.release != nil {
		out.Release = s.release.Ref.String()
	}
	best, none, mappings := map[string]taxonomy.Match{}, map[string]bool{}, map[string]int{}
	for _, m := range rows {
		key := keyOf(m, s.side)
		if key == "" {
			continue
		}
		if keyOf(m, 1-s.side) == "" {
			none[key] = true
			continue
		}
		mappings[key]++
		best[key] = closest(best[key], m.Predicate)
	}
	for key := range s.named {
		if !s.counted[key] {
			out.Unknown++
		}
	}
	groups := func(homes map[string]home) []Group {
		at := map[string]*Group{}
		for key := range s.counted {
			h := homes[key]
			g := at[h.id]
			if g == nil {
				g = &Group{ID: h.id, Code: h.code, Label: h.label, ByPredicate: map[taxonomy.Match]int{}}
				if h.id == "" {
					g.Label = "in no group"
					if s.by == ByNothing {
						g.Label = "all concepts"
					}
				}
				at[h.id] = g
			}
			g.Concepts++
			g.Mappings += mappings[key]
			switch {
			case best[key] != "":
				g.Mapped++
				g.ByPredicate[best[key]]++
			case none[key]:
				g.NoTerm++
			}
		}
		list := make([]Group, 0, len(at)+1)
		for _, g := range at {
			list = append(list, *g)
		}
		// A row may name what the release does not hold: it is counted nowhere
		// else, but its mappings run from or to somewhere.
		slices.SortFunc(list, func(a, b Group) int {
			return home{a.ID, a.Code, ""}.compare(home{b.ID, b.Code, ""})
		})
		if unknown := s.unknown(mappings); unknown > 0 {
			list = append(list, Group{ID: Outside, Label: "not in " + s.release.Ref.String(), Mappings: unknown, ByPredicate: map[taxonomy.Match]int{}})
		}
		return list
	}
	out.Groups, out.Majors = groups(s.homes), groups(s.majors)
	for _, g := range out.Groups {
		out.Concepts += g.Concepts
		out.Mapped += g.Mapped
		out.NoTerm += g.NoTerm
		for p, n := range g.ByPredicate {
			out.ByPredicate[p] += n
		}
	}
	if s.release != nil {
		for key := range s.counted {
			if best[key] == "" && !none[key] {
				out.Unmapped = append(out.Unmapped, Unmapped{URI: taxonomy.URI(key), Label: s.members[key].label, Group: s.homes[key].id})
			}
		}
	}
	return out
}

// groupOf is the group of a concept that a row names.
func (s *sideIndex) groupOf(homes map[string]home, key string) string {
	if !s.counted[key] {
		return Outside
	}
	return homes[key].id
}

// unknown counts the mappings of concepts that the release does not hold.
func (s *sideIndex) unknown(mappings map[string]int) (n int) {
	for key := range s.named {
		if !s.counted[key] {
			n += mappings[key]
		}
	}
	return n
}

// uses words the relations that make a concept matter, in the order they are
// told: of a skill where it is the subject, of an occupation where it is the object.
var uses = []struct {
	predicate       taxonomy.Predicate
	subject, object string // "%d" stands for how many
}{
	{taxonomy.EssentialFor, "essential for %d", "%d essential skills"},
	{taxonomy.OptionalFor, "optional for %d", "%d optional skills"},
	{taxonomy.RatedFor, "rated for %d occupations", "%d rated elements"},
	{taxonomy.TaskOf, "task of %d", "%d tasks"},
	{taxonomy.UsedBy, "used by %d occupations", "%d technologies and tools"},
	{taxonomy.Broader, "", "%d narrower"},
}

// weigh ranks what is not mapped by the relations that use it. One with an
// importance counts as much as that, any other counts one; the hierarchy and
// relations that only say "see also" count nothing.
func (s *sideIndex) weigh(ctx context.Context, r taxonomy.Reader, out *Side) error {
	at := make(map[taxonomy.URI]int, len(out.Unmapped))
	for i, u := range out.Unmapped {
		at[u.URI] = i
	}
	counts := make([][2][6]int, len(out.Unmapped))
	predicates := make([]taxonomy.Predicate, len(uses))
	for i, u := range uses {
		predicates[i] = u.predicate
	}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: s.release.Ref, Predicates: predicates}) {
		if err != nil {
			return fmt.Errorf("reading the relations of %s: %w", s.release.Ref, err)
		}
		use := slices.Index(predicates, rel.Predicate)
		for end, uri := range []taxonomy.URI{rel.Subject, rel.Object} {
			i, ok := at[uri]
			if !ok {
				continue
			}
			counts[i][end][use]++
			switch {
			case rel.Predicate == taxonomy.Broader:
			case rel.Importance != nil:
				out.Unmapped[i].Weight += *rel.Importance
			default:
				out.Unmapped[i].Weight++
			}
		}
	}
	for i := range out.Unmapped {
		var why []string
		for end := range 2 {
			for use, n := range counts[i][end] {
				words := uses[use].subject
				if end == 1 {
					words = uses[use].object
				}
				if n == 1 && !strings.HasSuffix(words, "tools") {
					words = strings.TrimSuffix(words, "s")
				}
				if n > 0 && words != "" {
					why = append(why, fmt.Sprintf(words, n))
				}
			}
		}
		out.Unmapped[i].Why = cmp.Or(strings.Join(why, ", "), "no relation uses it")
	}
	slices.SortFunc(out.Unmapped, func(a, b Unmapped) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), strings.Compare(a.Label, b.Label), strings.Compare(string(a.URI), string(b.URI)))
	})
	return nil
}
