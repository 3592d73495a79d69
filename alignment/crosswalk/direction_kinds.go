package crosswalk

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"concord/taxonomy"
)

// kinds parts the rows of a crosswalk by what they join.
type kinds struct {
	c      *taxonomy.Crosswalk
	groups [2]map[taxonomy.URI]bool // per side: concepts whose code begins those of others
	rows   map[string][]int
}

func newKinds(c *taxonomy.Crosswalk) *kinds {
	k := &kinds{c: c, rows: map[string][]int{}}
	k.groups[0] = groupCodes(c, subjectSide)
	k.groups[1] = groupCodes(c, objectSide)
	for i := range c.Mappings {
		if m := &c.Mappings[i]; twoSided(m) {
			name := k.of(m)
			k.rows[name] = append(k.rows[name], i)
		}
	}
	return k
}

// twoSided reports a row that says something about two concepts.
func twoSided(m *taxonomy.Mapping) bool {
	return m.Subject != taxonomy.NoTerm && m.Object != taxonomy.NoTerm && m.Status != taxonomy.Rejected
}

// directed reports a row that says which of two concepts is the broader one.
func directed(m *taxonomy.Mapping) bool {
	return twoSided(m) && m.Modifier == "" && (m.Predicate == taxonomy.BroadMatch || m.Predicate == taxonomy.NarrowMatch)
}

// of names the kind of a row.
func (k *kinds) of(m *taxonomy.Mapping) string {
	return k.class(m, subjectSide) + " → " + k.class(m, objectSide)
}

// order is the kinds by number of rows, the largest first.
func (k *kinds) order() []string {
	var names []string
	for name := range k.rows {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(k.rows[b]), len(k.rows[a])), strings.Compare(a, b))
	})
	return names
}

type side int

const (
	subjectSide side = iota
	objectSide
)

// An end is a mapping seen from one side.
type end struct {
	uri         taxonomy.URI
	label, kind string
}

// key tells ends apart: a literal has no URI.
func (e end) key() taxonomy.URI {
	if e.uri == "" {
		return taxonomy.URI("\x00" + e.label)
	}
	return e.uri
}

func (s side) of(m *taxonomy.Mapping) end {
	if s == subjectSide {
		return end{m.Subject, m.SubjectLabel, m.SubjectKind}
	}
	return end{m.Object, m.ObjectLabel, m.ObjectKind}
}

// Classes of ends that are not taxonomy kinds.
const (
	iscoGroup = "isco-group" // apart from other groups: sets exist that write them another way
	concept   = "concept"    // of unknown kind
)

// class is what one side of a row is: what its URI says, else the row, else a
// group where the codes of the side say so.
func (k *kinds) class(m *taxonomy.Mapping, s side) string {
	e := s.of(m)
	if c := classOfURI(e.uri); c != "" {
		return c
	}
	c := strings.ToLower(e.kind)
	if c == "" {
		c = concept
	}
	if k.groups[s][e.uri] && !strings.HasSuffix(c, "-group") {
		return c + "-group"
	}
	return c
}

var (
	escoGroup    = regexp.MustCompile(`^[AKLST]\d*(\.\d+)*$`)      // of the skills hierarchy: S1.2.3
	numberedCode = regexp.MustCompile(`^[0-9][0-9.\-]*$`)          // 2133, 2133.12
	hexCode      = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-f-]`) // a UUID
)

const escoBase = "http://data.europa.eu/esco/"

// classOfURI is what a URI of ESCO tells of its concept, or "".
func classOfURI(uri taxonomy.URI) string {
	rest, ok := strings.CutPrefix(string(uri), escoBase)
	if !ok {
		rest, ok = strings.CutPrefix(strings.ToLower(string(uri)), "esco:")
		if !ok {
			return ""
		}
	}
	kind, tail, _ := strings.Cut(rest, "/")
	switch {
	case kind == "occupation":
		return string(taxonomy.Occupation)
	case kind == "isco":
		return iscoGroup
	case kind == "isced-f", kind == "skill" && escoGroup.MatchString(tail):
		return string(taxonomy.SkillGroup)
	case kind == "skill":
		return string(taxonomy.Skill)
	}
	return ""
}

// rowCode is the code that a URI ends in, or a slot of the row names; "" where
// that is a UUID or no code.
func rowCode(m *taxonomy.Mapping, s side) string {
	name := [2]string{"subject_code", "object_code"}[s]
	if c := m.Slots[name]; len(c) == 1 && c[0] != "" {
		return c[0]
	}
	return uriCode(s.of(m).uri)
}

func uriCode(uri taxonomy.URI) string {
	tail := string(uri[strings.LastIndexAny(string(uri), "/:#")+1:])
	if classOfURI(uri) == iscoGroup {
		tail = strings.TrimPrefix(tail, "C")
	}
	if !numberedCode.MatchString(tail) || hexCode.MatchString(tail) {
		return ""
	}
	return tail
}

// bareDigits is a code without its dots.
func bareDigits(code string) string { return strings.NewReplacer(".", "", "-", "").Replace(code) }

// groupCodes are the concepts of a side whose code begins the codes of others
// there: 2133 where there are 213301 and 213302. Codes that may be counted
// through (12 and 120, 121) are none: the step must be two digits, or a dot.
func groupCodes(c *taxonomy.Crosswalk, s side) map[taxonomy.URI]bool {
	uris, lengths := map[string]taxonomy.URI{}, map[int]int{}
	for i := range c.Mappings {
		m := &c.Mappings[i]
		if code := rowCode(m, s); code != "" && twoSided(m) && classOfURI(s.of(m).uri) == "" {
			if _, seen := uris[code]; !seen {
				lengths[len(code)]++
			}
			uris[code] = s.of(m).uri
		}
	}
	codes := make([]string, 0, len(uris))
	for code := range uris {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	groups := map[taxonomy.URI]bool{}
	for i, code := range codes {
		below, n := 0, len(code)
		for _, other := range codes[i+1:] {
			if !strings.HasPrefix(other, code) {
				break
			}
			if len(other) > n+1 && (other[n] == '.' || other[n] == '-' || lengths[n+1] == 0) {
				below++
			}
		}
		if below >= 2 {
			groups[uris[code]] = true
		}
	}
	return levelled(codes, uris, groups)
}

// levelled makes every code of a length a group where most of that length are:
// the files of a classification name the groups of which no member was mapped
// as well.
func levelled(codes []string, uris map[string]taxonomy.URI, groups map[taxonomy.URI]bool) map[taxonomy.URI]bool {
	all, is := map[int]int{}, map[int]int{}
	for _, code := range codes {
		all[len(code)]++
		if groups[uris[code]] {
			is[len(code)]++
		}
	}
	for _, code := range codes {
		if n := len(code); 2*is[n] > all[n] {
			groups[uris[code]] = true
		} else {
			delete(groups, uris[code])
		}
	}
	return groups
}
