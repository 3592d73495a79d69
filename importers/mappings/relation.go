package mappings

import (
	"strings"

	"concord/taxonomy"
)

// mappingRelation is the property above every SKOS mapping relation. Denied,
// it says that two concepts have nothing to do with each other.
const mappingRelation taxonomy.Match = "skos:mappingRelation"

// relations are the words for a relation, folded by foldRelation, from the
// subject to the object: SKOS names with or without their prefix, the same in
// plain words, the signs of JSKOS mapping types (“<”: the object is broader).
// An exactISCO of the ESCO–O*NET table is an occupation that is the same as an
// ISCO group, for want of an ESCO occupation: an exact match, to a group.
var relations = map[string]taxonomy.Match{
	"exact": taxonomy.ExactMatch, "exactmatch": taxonomy.ExactMatch, "=": taxonomy.ExactMatch, "same": taxonomy.ExactMatch, "equivalent": taxonomy.ExactMatch, "exactisco": taxonomy.ExactMatch,
	"close": taxonomy.CloseMatch, "closematch": taxonomy.CloseMatch, "≈": taxonomy.CloseMatch,
	"broad": taxonomy.BroadMatch, "broader": taxonomy.BroadMatch, "broadmatch": taxonomy.BroadMatch, "broadermatch": taxonomy.BroadMatch, "<": taxonomy.BroadMatch,
	"narrow": taxonomy.NarrowMatch, "narrower": taxonomy.NarrowMatch, "narrowmatch": taxonomy.NarrowMatch, "narrowermatch": taxonomy.NarrowMatch, ">": taxonomy.NarrowMatch,
	"related": taxonomy.RelatedMatch, "relatedmatch": taxonomy.RelatedMatch, "~": taxonomy.RelatedMatch,
	"mappingrelation": mappingRelation,
}

// noRelation are the words for having looked and found nothing.
var noRelation = map[string]bool{"norelation": true, "nomatch": true, "nomapping": true, "notermfound": true, "none": true, "unmapped": true}

// foldRelation makes “skos:broadMatch”, “Broad match” and the whole URI one word.
func foldRelation(word string) string {
	word = strings.ToLower(strings.TrimSpace(word))
	for _, prefix := range []string{"http://www.w3.org/2004/02/skos/core#", "skos:", "sssom:"} {
		word = strings.TrimPrefix(word, prefix)
	}
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(word)
}

// relationOf returns the relation that a word means; ok is false if it means none.
func relationOf(word string) (m taxonomy.Match, ok bool) {
	m, ok = relations[foldRelation(word)]
	return m, ok
}

// relate gives m, of which both sides are set, the relation that a table's
// word means, and keeps it or skips it with a problem. A side that is blank
// and no relation (“no relation”, or no word) is taxonomy.NoTerm, of which
// SSSOM says exactMatch; “no relation” between two concepts denies every
// mapping relation. A side that is only a label is a literal.
func (r *Result) relate(m taxonomy.Mapping, word string) {
	subject, object := m.Subject != "" || m.SubjectLabel != "", m.Object != "" || m.ObjectLabel != ""
	none := noRelation[foldRelation(word)]
	relation, known := relationOf(word)
	if !known && strings.Contains(word, ":") {
		relation, known = taxonomy.Match(word), true // a term of another vocabulary
	}
	switch {
	case m.Subject == "" && m.Object == "":
		r.skip(m.Line, "no-identifier", "neither side has an identifier")
		return
	case subject != object && (none || word == ""):
		m.Predicate = taxonomy.ExactMatch
		if subject {
			m.Object = taxonomy.NoTerm
		} else {
			m.Subject = taxonomy.NoTerm
		}
		if word == "" {
			r.problem(m.Line, "blank-relation", "has one side and no relation; it is read as “no relation”")
		}
	case subject != object:
		r.skip(m.Line, "no-identifier", "the relation is %q, but one side is blank", clip(word))
		return
	case none && m.Subject != taxonomy.NoTerm && m.Object != taxonomy.NoTerm:
		m.Predicate, m.Modifier = mappingRelation, "Not"
	case none:
		m.Predicate = taxonomy.ExactMatch
	case word == "":
		r.skip(m.Line, "blank-relation", "%s and %s have no relation", orLabel(m.Subject, m.SubjectLabel), orLabel(m.Object, m.ObjectLabel))
		return
	case !known:
		r.skip(m.Line, "unknown-relation", "the relation %q is not known; expected exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch, “no relation”, or a term with its prefix", clip(word))
		return
	default:
		m.Predicate = relation
	}
	for _, side := range []struct {
		id         taxonomy.URI
		label, key string
	}{{m.Subject, m.SubjectLabel, "subject_type"}, {m.Object, m.ObjectLabel, "object_type"}} {
		if side.id == "" && m.Slots[side.key] == nil {
			if m.Slots == nil {
				m.Slots = taxonomy.Slots{}
			}
			m.Slots[side.key] = []string{"rdfs literal"}
			r.problem(m.Line, "literal", "%q has no identifier; its label stands for it", clip(side.label))
		}
	}
	r.add(m)
}

func orLabel(id taxonomy.URI, label string) string {
	if id == "" {
		return "“" + clip(label) + "”"
	}
	return string(id)
}
