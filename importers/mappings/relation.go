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
