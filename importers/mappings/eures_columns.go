package mappings

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"concord/taxonomy"
)

// A euresLayout is where the columns of a file are; -1 where there is none.
type euresLayout struct {
	groups         [2]string // “classification 1”, “o*net”: what the columns of a side begin with
	sides          [2]euresPlaces
	relation, note int
	left           []string // columns that are not kept
	width          int
}

type euresPlaces struct {
	uri, id, url int
	labels       []labelColumn
}

// A labelColumn holds labels in a language; "" is the side's.
type labelColumn struct {
	at   int
	lang taxonomy.Lang
}

// euresColumn is the header of a column that belongs to a side: whose, what,
// and perhaps in which language. “prefered” is how ROME writes it.
var euresColumn = regexp.MustCompile(`^(.+?) (uri|id|code|url|pref ?label|prefer+ed ?label|label|title|name|description)(?: \(?([a-z]{2})\)?)?$`)

// euresColumns reads a header. ok is false if cells are none: it names the
// identifiers of two sides and a relation.
func euresColumns(cells []string) (l euresLayout, ok bool) {
	l = euresLayout{relation: -1, note: -1, width: len(cells), sides: [2]euresPlaces{{uri: -1, id: -1, url: -1}, {uri: -1, id: -1, url: -1}}}
	n := 0
	for i, c := range cells {
		name := strings.Join(strings.Fields(strings.ToLower(c)), " ")
		switch name {
		case "":
			continue
		case "mapping relation", "relation", "relation type", "type of match", "match type", "mapping type":
			if l.relation < 0 {
				l.relation = i
				continue
			}
		case "editorial note", "editorial notes", "note", "notes", "comment", "comments":
			if l.note < 0 {
				l.note = i
				continue
			}
		}
		m := euresColumn.FindStringSubmatch(name)
		if m == nil {
			l.left = append(l.left, c)
			continue
		}
		side := slices.Index(l.groups[:n], m[1])
		if side < 0 {
			if n == len(l.groups) {
				l.left = append(l.left, c)
				continue
			}
			l.groups[n] = m[1]
			side, n = n, n+1
		}
		s := &l.sides[side]
		to := map[string]*int{"uri": &s.uri, "id": &s.id, "code": &s.id, "url": &s.url}[m[2]]
		switch {
		case to != nil && *to < 0:
			*to = i
		case to != nil, m[2] == "description":
			l.left = append(l.left, c)
		default:
			s.labels = append(s.labels, labelColumn{i, taxonomy.Lang(m[3])})
		}
	}
	if l.groups[0] == "classification 2" && l.groups[1] == "classification 1" {
		l.groups[0], l.groups[1] = l.groups[1], l.groups[0]
		l.sides[0], l.sides[1] = l.sides[1], l.sides[0]
	}
	named := func(s euresPlaces) bool { return s.uri >= 0 || s.id >= 0 }
	return l, l.relation >= 0 && named(l.sides[0]) && named(l.sides[1])
}

// classification parts a key of the preamble: “classification 2 name” is the
// name of side 1.
func classification(key string) (side int, field string, ok bool) {
	for i, prefix := range []string{"classification 1 ", "classification 2 "} {
		if field, ok := strings.CutPrefix(key, prefix); ok {
			return i, field, true
		}
	}
	return 0, "", false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// languages reads “sv”, “fr/nl”, “English”.
func languages(s string) []taxonomy.Lang {
	var out []taxonomy.Lang
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == ',' || r == ';' || unicode.IsSpace(r) }) {
		lang := taxonomy.ParseLang(part)
		if lang == "english" { // as the ESCO–O*NET table writes it
			lang = "en"
		}
		out = append(out, lang)
	}
	return out
}

// kindOfWord is the kind that a concept type names, else the word itself.
// “unknown” is what the platform writes where nobody said.
func kindOfWord(word string) string {
	switch strings.ToLower(word) {
	case "unknown", "n/a":
		return ""
	case "occupation", "occupations":
		return string(taxonomy.Occupation)
	case "skill", "skills", "competence", "competences":
		return string(taxonomy.Skill)
	}
	return word
}

// kindOfESCO is the kind that a URI of ESCO tells, or "".
func kindOfESCO(uri taxonomy.URI) string {
	rest, ok := strings.CutPrefix(string(uri), escoBase)
	if !ok {
		return ""
	}
	switch {
	case strings.HasPrefix(rest, "occupation/"):
		return string(taxonomy.Occupation)
	case strings.HasPrefix(rest, "isco/"):
		return string(taxonomy.OccupationGroup)
	case strings.HasPrefix(rest, "skill/") && groupCode.MatchString(rest), strings.HasPrefix(rest, "isced-f/"):
		return string(taxonomy.SkillGroup)
	case strings.HasPrefix(rest, "skill/"):
		return string(taxonomy.Skill)
	}
	return ""
}

const escoBase = "http://data.europa.eu/esco/"

var (
	groupCode = regexp.MustCompile(`^skill/[AKLST]\d*(\.\d+)*$`) // a group of ESCO's skills hierarchy: S1.2.3
	uuid      = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	iscoCode  = regexp.MustCompile(`^C?\d{1,4}$`)
)

// escoURI completes a bare identifier of ESCO's side: a UUID by the kind of
// the side's concepts, an ISCO code (2422, C2422). Other codes of ESCO (2422.1)
// name no URI.
func escoURI(id, kind string) (taxonomy.URI, bool) {
	switch {
	case uuid.MatchString(id) && kind == string(taxonomy.Occupation):
		return taxonomy.URI(escoBase + "occupation/" + strings.ToLower(id)), true
	case uuid.MatchString(id) && kind == string(taxonomy.Skill):
		return taxonomy.URI(escoBase + "skill/" + strings.ToLower(id)), true
	case iscoCode.MatchString(id):
		return taxonomy.URI(escoBase + "isco/C" + strings.TrimPrefix(id, "C")), true
	}
	return "", false
}
