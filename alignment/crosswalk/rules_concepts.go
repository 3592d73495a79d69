package crosswalk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"concord/taxonomy"
)

func retiredConcept(x *examination) (f found) {
	for m := range x.rows {
		for _, s := range []side{subjectSide, objectSide} {
			if at := x.known.concepts[s.of(m).uri]; at.retired != "" {
				f.add(m, "%s: %s", nameFor(s.of(m)), at.retired)
				break
			}
		}
	}
	return f
}

// unknownConcept holds identifiers against frameworks that are loaded: those
// some of whose concepts, by the beginning of their URIs, are in the store.
// Other frameworks cannot be checked, which is only said.
func unknownConcept(x *examination) (f found) {
	var unchecked []string
	for m := range x.rows {
		for _, s := range []side{subjectSide, objectSide} {
			uri := s.of(m).uri
			if uri == "" {
				continue
			}
			ns := namespace(uri)
			if !x.known.loaded[ns] {
				if !slices.Contains(unchecked, ns) && len(unchecked) < maxExamples {
					unchecked = append(unchecked, ns)
				}
				continue
			}
			if _, ok := x.known.concepts[uri]; !ok {
				f.add(m, "no loaded release has %s", uri)
				break
			}
		}
	}
	if f.count == 0 && len(unchecked) > 0 {
		f.count, f.severity = len(unchecked), Info
		f.text = "not checked: no release is loaded of the frameworks whose identifiers begin with " + strings.Join(unchecked, ", ")
	}
	return f
}

func duplicateRow(x *examination) (f found) {
	type row struct {
		subject   taxonomy.URI
		predicate taxonomy.Match
		object    taxonomy.URI
		modifier  string
	}
	first := map[row]int{}
	for i := range x.c.Mappings {
		m := &x.c.Mappings[i]
		key := row{subjectSide.of(m).key(), m.Predicate, objectSide.of(m).key(), m.Modifier}
		if line, again := first[key]; again {
			f.add(m, "line %d says the same", line)
			continue
		}
		first[key] = m.Line
	}
	return f
}

func selfMapping(x *examination) (f found) {
	for m := range x.rows {
		if m.Subject != "" && m.Subject == m.Object {
			f.add(m, "subject and object are the same")
		}
	}
	return f
}

// A CURIE is told from a URI by having no authority and no scheme that is in use.
var curie = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_.\-]*):[^/\s]`)

var schemes = []string{"urn", "http", "https", "mailto", "tag", "info", "doi", "did", "ark", "file", "data"}

// wellKnown are prefixes that SSSOM has built in.
var wellKnown = []string{"skos", "semapv", "sssom", "owl", "rdf", "rdfs", "oboInOwl", "xsd", "linkml", "dcterms", "pav", "prov", "orcid"}

func unknownPrefix(x *examination) (f found) {
	for i := range x.c.Mappings {
		m := &x.c.Mappings[i]
		for _, id := range []string{string(m.Subject), string(m.Predicate), string(m.Object), string(m.Justification)} {
			p := curie.FindStringSubmatch(id)
			if p == nil || slices.Contains(schemes, strings.ToLower(p[1])) || slices.Contains(wellKnown, p[1]) {
				continue
			}
			if _, ok := x.c.Prefixes[p[1]]; !ok {
				f.add(m, "the prefix of %s is in no curie_map", id)
				break
			}
		}
	}
	return f
}

func contradictorySets(x *examination) (f found) {
	for m := range x.rows {
		if m.Modifier != "" && m.Modifier != "Not" {
			continue
		}
		meant := x.meant(m)
		for _, s := range x.others.pairs[[2]taxonomy.URI{m.Subject, m.Object}] {
			what := string(s.predicate)
			switch {
			case (s.modifier == "") != (m.Modifier == ""):
				if s.predicate != meant {
					continue
				}
				if what = "the opposite: " + what; s.modifier != "" {
					what = s.modifier + " " + string(s.predicate)
				}
			case m.Modifier != "" || !excludes(meant, s.predicate):
				continue
			case bothDirected(meant, s.predicate) && !s.trusted:
				continue // which way the other set runs is not known
			}
			f.add(m, "%s says %s of the same pair", s.set, what)
			break
		}
	}
	return f
}

func bothDirected(a, b taxonomy.Match) bool { return a.Inverse() != a && b.Inverse() != b }

func missingLicence(x *examination) (f found) {
	if strings.TrimSpace(x.c.License) == "" {
		f.count = 1
	}
	return f
}

func missingJustification(x *examination) (f found) {
	for i := range x.c.Mappings {
		if m := &x.c.Mappings[i]; m.Justification == "" || m.Justification == taxonomy.Unspecified {
			f.add(m, "no mapping_justification")
		}
	}
	if f.count > 0 {
		f.text = fmt.Sprintf("%d of %d rows do not say how they came about", f.count, len(x.c.Mappings))
	}
	return f
}
