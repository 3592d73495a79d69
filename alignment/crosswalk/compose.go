package crosswalk

import (
	"slices"

	"concord/taxonomy"
)

// Not is the predicate_modifier of a mapping that says what does not hold.
const Not = "Not"

// A Claim is what a mapping says of its two sides: a predicate, or that it
// does not hold. The zero Claim says nothing.
type Claim struct {
	Predicate taxonomy.Match `json:"predicate"`
	Modifier  string         `json:"modifier,omitempty"` // Not, or empty
}

// String is "skos:exactMatch", or "not skos:exactMatch".
func (c Claim) String() string {
	if c.Modifier == Not {
		return "not " + string(c.Predicate)
	}
	return string(c.Predicate)
}

// Inverse is what c says from object to subject.
func (c Claim) Inverse() Claim { return Claim{c.Predicate.Inverse(), c.Modifier} }

// compositions is what p from a to b and q from b to c say of a and c, for
// predicates other than exactMatch, which changes nothing on either side. Pairs
// that are not here say nothing, on purpose:
//
//	broad∘narrow, narrow∘broad  two concepts under, or over, a third may be anything to each other
//	close∘close                 SKOS 10.1 leaves closeMatch not transitive, so that errors do not compound
//	close∘broad, broad∘close,   what is near a concept may reach beyond what is broader than it
//	close∘narrow, narrow∘close
//	related∘anything            what is related to a concept may be anything to its neighbours
//
// SKOS has broader not transitive but broaderTransitive, which it implies
// (S22, S24): a chain of broad is a broader concept, by more than one step.
var compositions = map[[2]taxonomy.Match]taxonomy.Match{
	{taxonomy.BroadMatch, taxonomy.BroadMatch}:   taxonomy.BroadMatch,
	{taxonomy.NarrowMatch, taxonomy.NarrowMatch}: taxonomy.NarrowMatch,
}

// Compose returns what first, from a to b, and second, from b to c, say of a
// and c; false where they say nothing. What does not hold composes with
// exactMatch only. Predicates that are no SKOS mapping relations say nothing.
func Compose(first, second Claim) (Claim, bool) {
	if !slices.Contains(taxonomy.Matches, first.Predicate) || !slices.Contains(taxonomy.Matches, second.Predicate) {
		return Claim{}, false
	}
	exact := Claim{Predicate: taxonomy.ExactMatch}
	switch {
	case first == exact:
		return second, true
	case second == exact:
		return first, true
	case first.Modifier != "" || second.Modifier != "":
		return Claim{}, false
	}
	p, ok := compositions[[2]taxonomy.Match{first.Predicate, second.Predicate}]
	return Claim{Predicate: p}, ok
}

// strength orders claims, the one that says most first: as taxonomy.Matches,
// and what does not hold after all that does.
func (c Claim) strength() int {
	n := slices.Index(taxonomy.Matches, c.Predicate)
	if n < 0 {
		n = len(taxonomy.Matches)
	}
	if c.Modifier != "" {
		n += len(taxonomy.Matches) + 1
	}
	return n
}

// disjoint are pairs of predicates that cannot both hold of one pair, by SKOS
// S46 (exact with broad and related), S27 (related with broader) and the
// meaning of broader. Each is here in one order. Close goes with all.
var disjoint = [][2]taxonomy.Match{
	{taxonomy.ExactMatch, taxonomy.BroadMatch},
	{taxonomy.ExactMatch, taxonomy.NarrowMatch},
	{taxonomy.ExactMatch, taxonomy.RelatedMatch},
	{taxonomy.BroadMatch, taxonomy.NarrowMatch},
	{taxonomy.BroadMatch, taxonomy.RelatedMatch},
	{taxonomy.NarrowMatch, taxonomy.RelatedMatch},
}

// Contradict reports whether two claims about one pair cannot both be right. A
// Not contradicts its predicate and what implies it: who says exact says close (S42).
func Contradict(a, b Claim) bool {
	switch {
	case a.Modifier != "" && b.Modifier != "":
		return false
	case a.Modifier != "":
		return Contradict(b, a)
	case b.Modifier != "":
		return a.Predicate == b.Predicate || a.Predicate == taxonomy.ExactMatch && b.Predicate == taxonomy.CloseMatch
	}
	p, q := a.Predicate, b.Predicate
	return slices.Contains(disjoint, [2]taxonomy.Match{p, q}) || slices.Contains(disjoint, [2]taxonomy.Match{q, p})
}
