package crosswalk

import (
	"context"
	"slices"
	"strings"

	"concord/taxonomy"
)

// otherSets is what other mapping sets say of pairs of concepts.
type otherSets struct {
	pairs map[[2]taxonomy.URI][]saying
}

// A saying is what a set says of a pair, read from its first concept.
type saying struct {
	set       string
	predicate taxonomy.Match
	modifier  string
	trusted   bool // the set is known to follow SKOS
}

// otherSets reads the sets that the Doctor was given and that its store has,
// without c itself.
func (d *Doctor) otherSets(ctx context.Context, c *taxonomy.Crosswalk) (*otherSets, error) {
	o := &otherSets{pairs: map[[2]taxonomy.URI][]saying{}}
	for _, x := range d.Others {
		if x.ID == c.ID {
			continue
		}
		for i := range x.Mappings {
			o.add(&x.MappingSet, &x.Mappings[i])
		}
	}
	if d.Reader == nil {
		return o, nil
	}
	sets, err := d.Reader.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		if s.ID == c.ID || slices.ContainsFunc(d.Others, func(x *taxonomy.Crosswalk) bool { return x.ID == s.ID }) {
			continue
		}
		for m, err := range d.Reader.MappingsOf(ctx, s.ID) {
			if err != nil {
				return nil, err
			}
			o.add(&s, &m)
		}
	}
	return o, nil
}

func (o *otherSets) add(s *taxonomy.MappingSet, m *taxonomy.Mapping) {
	if !twoSided(m) || m.Subject == "" || m.Object == "" {
		return
	}
	said := saying{nameOfSet(s), m.Predicate, m.Modifier, s.Direction == taxonomy.Conforms || s.Direction == taxonomy.Normalised}
	o.pairs[[2]taxonomy.URI{m.Subject, m.Object}] = append(o.pairs[[2]taxonomy.URI{m.Subject, m.Object}], said)
	said.predicate = said.predicate.Inverse()
	o.pairs[[2]taxonomy.URI{m.Object, m.Subject}] = append(o.pairs[[2]taxonomy.URI{m.Object, m.Subject}], said)
}

func nameOfSet(s *taxonomy.MappingSet) string {
	if t := strings.TrimSpace(s.Title); t != "" {
		return t
	}
	return string(s.ID)
}

// broader tells which of two concepts is broader, where the trusted sets that
// have the pair agree.
func (o *otherSets) broader(subject, object taxonomy.URI) (up side, set string, ok bool) {
	for _, s := range o.pairs[[2]taxonomy.URI{subject, object}] {
		this := objectSide
		switch {
		case !s.trusted || s.modifier != "":
			continue
		case s.predicate == taxonomy.NarrowMatch:
			this = subjectSide
		case s.predicate != taxonomy.BroadMatch:
			continue
		}
		if ok && this != up {
			return 0, "", false
		}
		up, set, ok = this, s.set, true
	}
	return up, set, ok
}
