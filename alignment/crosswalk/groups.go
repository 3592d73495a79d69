package crosswalk

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Group is a part of a framework that coverage is counted over. Every
// concept of a side is in exactly one: of several that would do, the first by
// code, so that sums add up.
type Group struct {
	ID          string                 `json:"id"` // URI, the beginning of codes, or a kind
	Code        string                 `json:"code,omitempty"`
	Label       string                 `json:"label"`
	Concepts    int                    `json:"concepts"`    // in the release; where it is not loaded, those the set names
	Mapped      int                    `json:"mapped"`      // have at least one mapping to a concept
	NoTerm      int                    `json:"noTerm"`      // a person looked for, and found none
	Mappings    int                    `json:"mappings"`    // rows
	ByPredicate map[taxonomy.Match]int `json:"byPredicate"` // mapped concepts by their closest predicate
}

// Unmapped is how many concepts nobody has mapped or looked for.
func (g *Group) Unmapped() int { return g.Concepts - g.Mapped - g.NoTerm }

// How the concepts of a side were put into groups.
const (
	ByHierarchy = "hierarchy" // broader concepts of the loaded release
	ByCode      = "code"      // the beginning of codes
	ByKind      = "kind"
	ByNothing   = "none" // nothing is known: one group
)

// Outside is the ID of the group of concepts that a set names and the loaded
// release does not hold. The ID of what is in no group is empty.
const Outside = "outside"

// A member is what a grouping knows of one concept.
type member struct {
	key         string // URI, or the label of a literal
	label, code string
	kind        taxonomy.Kind
	parents     []string
}

func (m *member) organises() bool {
	return m.kind == taxonomy.SkillGroup || m.kind == taxonomy.OccupationGroup
}

// home is the group that a concept is counted in.
type home struct{ id, code, label string }

func (h home) compare(o home) int {
	if h.id == "" || o.id == "" { // no group comes last
		return cmp.Compare(o.id, h.id)
	}
	return cmp.Or(strings.Compare(h.code, o.code), strings.Compare(h.id, o.id))
}

// A tree finds the groups of concepts at a depth below the top of a hierarchy.
type tree struct {
	members  map[string]*member
	hasChild map[string]bool
	level    map[string]int // 1 at the top; 0 within a ring that hangs from nothing
}

// newTree reads the hierarchy of members. Parents that are no members are no parents.
func newTree(members []*member) *tree {
	t := &tree{members: map[string]*member{}, hasChild: map[string]bool{}, level: map[string]int{}}
	for _, m := range members {
		t.members[m.key] = m
	}
	children := map[string][]string{}
	var next []string
	for _, m := range members {
		m.parents = slices.DeleteFunc(m.parents, func(p string) bool { return t.members[p] == nil || p == m.key })
		for _, p := range m.parents {
			t.hasChild[p] = true
			children[p] = append(children[p], m.key)
		}
		if len(m.parents) == 0 {
			t.level[m.key] = 1
			next = append(next, m.key)
		}
	}
	for len(next) > 0 {
		k := next[0]
		next = next[1:]
		for _, c := range children[k] {
			if t.level[c] == 0 {
				t.level[c] = t.level[k] + 1
				next = append(next, c)
			}
		}
	}
	return t
}

// homes returns the group of every member at depth, 1 being the top. Where the
// hierarchy ends above depth, the last group on the way counts. With strict,
// only concepts of a kind that organises are groups.
func (t *tree) homes(depth int, strict bool) map[string]home {
	out := make(map[string]home, len(t.members))
	var find func(key string) home
	find = func(key string) home {
		if h, ok := out[key]; ok {
			return h
		}
		m := t.members[key]
		out[key] = home{} // a ring ends here
		if (m.organises() || t.hasChild[key] && !strict) && t.level[key] > 0 && (t.level[key] == depth || len(m.parents) == 0 || m.organises() && t.level[key] < depth) {
			h := home{m.key, m.code, m.label}
			out[key] = h
			return h
		}
		var best home
		for _, p := range m.parents {
			if h := find(p); best.id == "" || h.compare(best) < 0 {
				best = h
			}
		}
		out[key] = best
		return best
	}
	for _, key := range sortedKeys(t.members) {
		find(key)
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// code returns the code of a concept whose release is not loaded, read off its
// identifier, and the framework the code is known to be of ("ISCO-08", "SOC").
// Identifiers that only look like codes, such as UUIDs, have none.
func codeOf(key string) (framework, code string) {
	if c, ok := strings.CutPrefix(key, iscoGroups); ok && allDigits.MatchString(c) {
		return iscoName, c
	}
	last := key[strings.LastIndexAny(key, "/#:=")+1:]
	switch {
	case socCode.MatchString(last):
		return "SOC", last
	case codeLike.MatchString(last):
		return "", last
	}
	return "", ""
}

// Groups of ISCO-08 as ESCO names them, before the code.
const (
	iscoName   = "ISCO-08"
	iscoGroups = "http://data.europa.eu/esco/isco/C"
)

// nameISCO gives groups that are groups of ISCO their labels, where a release
// that has them is loaded.
func nameISCO(ctx context.Context, r taxonomy.Reader, lang taxonomy.Lang, homes map[string]home) error {
	labels := map[string]string{}
	for key, h := range homes {
		code, ok := strings.CutPrefix(h.id, iscoName+" ")
		if !ok {
			continue
		}
		if _, asked := labels[code]; !asked {
			labels[code] = h.label
			found, err := r.Find(ctx, iscoGroups+code)
			if err != nil {
				return fmt.Errorf("looking up group %s of ISCO-08: %w", code, err)
			}
			if len(found) > 0 {
				labels[code] = h.id + " " + found[0].Pref(lang).Text
			}
		}
		h.label = labels[code]
		homes[key] = h
	}
	return nil
}

var (
	iscoBased = regexp.MustCompile(`^[0-9]{4}([.-]|$)`)
	allDigits = regexp.MustCompile(`^[0-9]+$`)
	socCode   = regexp.MustCompile(`^[0-9]{2}-[0-9]{4}(\.[0-9]{2})?$`)
	codeLike  = regexp.MustCompile(`^[A-Za-z]{0,2}[0-9][0-9A-Za-z]{0,7}([.-][0-9A-Za-z]{1,6}){0,4}$`)
)

// prefixOf is the beginning of a code that names its group at depth. The major
// groups of SOC have two digits.
func prefixOf(framework, code string, depth int) string {
	if framework == "SOC" {
		depth++
	}
	n := 0
	for i, r := range code {
		if r == '.' || r == '-' {
			continue
		}
		if n++; n > depth {
			return strings.TrimRight(code[:i], ".-")
		}
	}
	return code
}

// byCode groups members by the beginnings of their codes; it reports false
// where most have no code, or where that makes one group or too many.
func byCode(members []*member, depth int) (map[string]home, bool) {
	out := make(map[string]home, len(members))
	first := map[string]*member{}
	coded := 0
	isco := slices.ContainsFunc(members, func(m *member) bool { return strings.HasPrefix(m.key, iscoGroups) })
	for _, m := range members {
		framework, code := codeOf(m.key)
		if framework == "" && m.code != "" {
			framework, code = codeOf("code:" + m.code)
		}
		if code == "" {
			out[m.key] = home{}
			continue
		}
		if isco && framework == "" && iscoBased.MatchString(code) {
			framework = iscoName // beside groups of ISCO, codes of four digits go on from them
		}
		coded++
		id := strings.TrimSpace(framework + " " + prefixOf(framework, code, depth))
		out[m.key] = home{id: id, code: id}
		if f := first[id]; m.label != "" && (f == nil || m.key < f.key) {
			first[id] = m
		}
	}
	if coded*5 < len(members)*4 || len(first) < 2 && coded == len(members) || len(first) > 60 {
		return nil, false
	}
	for key, h := range out {
		if h.id == "" {
			continue
		}
		h.label = h.id + "…"
		if f := first[h.id]; f != nil {
			h.label += " such as " + f.label
		}
		out[key] = h
	}
	return out, true
}

// byKind groups members by what they are; it reports false where that is one group.
func byKind(members []*member) (map[string]home, bool) {
	out := make(map[string]home, len(members))
	seen := map[taxonomy.Kind]bool{}
	for _, m := range members {
		seen[m.kind] = true
		if m.kind != "" {
			out[m.key] = home{id: string(m.kind), label: string(m.kind)}
		}
	}
	return out, len(seen) > 1
}

// Bounds of a depth that is chosen, not given.
const (
	fewGroups  = 6
	manyGroups = 40
	deepest    = 6
)

// grouped puts members into groups at depth, by whatever is known. Depth 0
// takes the highest level that shows something: at least six groups.
func grouped(members []*member, counted map[string]bool, depth int) (homes map[string]home, by string, at int) {
	t := newTree(members)
	if len(t.hasChild) > 0 {
		// Where hundreds of concepts that organise nothing hang from no other,
		// the top says nothing unless they are left out.
		strict := countHomes(t.homes(1, false), counted) > 3*manyGroups
		at := depth
		if depth == 0 {
			at = 1
			for d := 1; d <= 3; d++ {
				n := countHomes(t.homes(d, strict), counted)
				if n > manyGroups {
					break
				}
				if at = d; n >= fewGroups {
					break
				}
			}
		}
		homes := t.homes(at, strict)
		in := 0
		for k := range counted {
			if homes[k].id != "" {
				in++
			}
		}
		if in*2 >= len(counted) {
			return homes, ByHierarchy, at
		}
	}
	var those []*member
	for _, m := range members {
		if counted[m.key] {
			those = append(those, m)
		}
	}
	at = max(depth, 1)
	if homes, ok := byCode(those, at); ok {
		return homes, ByCode, at
	}
	if homes, ok := byKind(those); ok {
		return homes, ByKind, 1
	}
	return map[string]home{}, ByNothing, 1
}

func countHomes(homes map[string]home, counted map[string]bool) int {
	seen := map[string]bool{}
	for k := range counted {
		seen[homes[k].id] = true
	}
	return len(seen)
}

// sideRelease returns the loaded release that holds most of the concepts that
// keys name, or nil where none holds half. Of several that hold about as many,
// it is the one that the set states ("1.1" states 1.1.0), else the first one
// after that; where the set states none, it is the one that holds most, the
// current, or the highest.
func sideRelease(ctx context.Context, r taxonomy.Reader, version string, keys []string) (*taxonomy.Release, error) {
	const sample = 200
	step := max(1, len(keys)/sample)
	asked, hits := 0, map[taxonomy.Ref]int{}
	for i := 0; i < len(keys); i += step {
		asked++
		found, err := r.Find(ctx, keys[i])
		if err != nil {
			return nil, fmt.Errorf("looking for the release of %s: %w", keys[i], err)
		}
		for _, c := range found {
			if c.URI == taxonomy.URI(keys[i]) {
				hits[c.Release]++
			}
		}
	}
	most := 0
	for _, n := range hits {
		most = max(most, n)
	}
	if most == 0 || most*2 < asked {
		return nil, nil
	}
	var best *taxonomy.Release
	version = strings.TrimLeft(version, "vV")
	stated := func(r *taxonomy.Release) bool {
		return version != "" && strings.HasPrefix(r.Version+".", version+".")
	}
	for ref, n := range hits {
		if n*100 < most*98 {
			continue
		}
		rel, err := r.Release(ctx, ref)
		if err != nil {
			return nil, err
		}
		better := func() bool {
			switch {
			case best == nil || stated(rel) != stated(best):
				return best == nil || stated(rel)
			case version != "" && !stated(rel):
				after, other := taxonomy.CompareVersions(rel.Version, version) > 0, taxonomy.CompareVersions(best.Version, version) > 0
				if after != other {
					return after
				}
				return (taxonomy.CompareVersions(rel.Version, best.Version) < 0) == after
			case n != hits[best.Ref]:
				return n > hits[best.Ref]
			case rel.Current != best.Current:
				return rel.Current
			}
			return cmp.Or(taxonomy.CompareVersions(rel.Version, best.Version), -strings.Compare(rel.Scheme, best.Scheme)) > 0
		}
		if better() {
			best = rel
		}
	}
	return best, nil
}
