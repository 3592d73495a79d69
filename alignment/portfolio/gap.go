package portfolio

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// A Need says in which way an occupation asks for a concept.
type Need string

const (
	Essential Need = "essential" // esco:isEssentialFor
	Optional  Need = "optional"  // esco:isOptionalFor
	Rated     Need = "rated"     // onet:isRatedFor, by its importance
	Used      Need = "used"      // onet:isUsedBy: a technology or tool
)

// Needs is every Need, in the order they are shown.
var Needs = []Need{Essential, Optional, Rated, Used}

// needs are the relations to an occupation that say what it asks for.
var needs = map[taxonomy.Predicate]Need{taxonomy.EssentialFor: Essential, taxonomy.OptionalFor: Optional, taxonomy.RatedFor: Rated, taxonomy.UsedBy: Used}

// A Gap sets a document beside what an occupation asks for.
type Gap struct {
	Document     Head            `json:"document"`
	Occupation   Occupation      `json:"occupation"`
	Cover        map[Need]*Cover `json:"cover"`
	Weighted     *float64        `json:"weightedCover,omitempty"` // share of the sum of importances that the document has, where there are ratings; near counts half
	Requirements []Requirement   `json:"requirements"`            // by need, the most important first, what has a qualifier before the rest, then by label
	Beyond       []Claim         `json:"beyond"`                  // what the document is about and the occupation does not ask for
}

// An Occupation is what a document is compared with.
type Occupation struct {
	URI     taxonomy.URI `json:"uri"`
	Code    string       `json:"code,omitempty"`
	Label   string       `json:"label"`
	Scheme  string       `json:"scheme"`
	Release string       `json:"release"`
}

// A Requirement is a concept that an occupation asks for.
type Requirement struct {
	URI        taxonomy.URI  `json:"uri"`
	Label      string        `json:"label"`
	Kind       taxonomy.Kind `json:"kind"`
	Need       Need          `json:"need"`
	Importance *float64      `json:"importance,omitempty"` // 0..1
	Level      *float64      `json:"level,omitempty"`      // 0..1
	Qualifier  string        `json:"qualifier,omitempty"`
	By         *Claim        `json:"by,omitempty"`   // of the document; absent: missing
	Link       *Link         `json:"link,omitempty"` // from By to this concept
}

// FindOccupation returns the occupation that key names: a URI or a code, behind
// the name of a scheme or release and a colon if need be, as in
// "onet:15-1252.00". Without one, current releases go first.
func FindOccupation(ctx context.Context, store taxonomy.Reader, key string) (*taxonomy.Concept, error) {
	schemes, err := store.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	var ref taxonomy.Ref
	name, rest, _ := strings.Cut(key, ":")
	if named, err := taxonomy.ParseRef(name); err == nil && slices.ContainsFunc(schemes, func(s taxonomy.Scheme) bool { return s.Name == named.Scheme }) {
		rel, err := store.Release(ctx, named)
		if err != nil {
			return nil, err
		}
		ref, key = rel.Ref, rest
	}
	all, err := store.Find(ctx, key)
	if err != nil {
		return nil, err
	}
	if ref != (taxonomy.Ref{}) {
		all = slices.DeleteFunc(all, func(c *taxonomy.Concept) bool { return c.Release != ref })
	}
	if len(all) == 0 {
		where := ""
		if ref != (taxonomy.Ref{}) {
			where = " in " + ref.String()
		}
		return nil, fmt.Errorf("%w: no occupation%s has the URI or code %q; write SCHEME:CODE like onet:15-1252.00, or find it with concord search --kind occupation", taxonomy.ErrNotFound, where, key)
	}
	found := slices.Clone(all)
	found = slices.DeleteFunc(found, func(c *taxonomy.Concept) bool { return c.Kind != taxonomy.Occupation })
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: %q is “%s”, which is of kind %s; an occupation is expected", taxonomy.ErrInvalid, key, all[0].Pref().Text, all[0].Kind)
	}
	for _, c := range found[1:] {
		if c.Release == found[0].Release {
			return nil, fmt.Errorf("%w: %q is the code of %s and of %s; give the URI", taxonomy.ErrConflict, key, found[0].URI, c.URI)
		}
	}
	return found[0], nil
}

// FindGap says what of an occupation's requirements a document has, comes near
// to, and misses. Labels are in lang where there are any.
func FindGap(ctx context.Context, store taxonomy.Reader, r Record, occupation *taxonomy.Concept, lang taxonomy.Lang) (*Gap, error) {
	ref := occupation.Release
	out := &Gap{Document: r.Head, Occupation: Occupation{occupation.URI, occupation.Code, occupation.Pref(lang).Text, ref.Scheme, ref.Version},
		Cover: map[Need]*Cover{}, Requirements: []Requirement{}, Beyond: []Claim{}}
	predicates := []taxonomy.Predicate{taxonomy.EssentialFor, taxonomy.OptionalFor, taxonomy.RatedFor, taxonomy.UsedBy}
	var asked []taxonomy.Relation
	for rel, err := range store.Relations(ctx, taxonomy.RelationFilter{Release: ref, Object: occupation.URI, Predicates: predicates}) {
		if err != nil {
			return nil, err
		}
		asked = append(asked, rel)
	}
	l := newLinks(store)
	used := map[node]bool{}
	weight, has := 0.0, 0.0
	for _, rel := range asked {
		c, err := store.Concept(ctx, ref, rel.Subject)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(alignment.SkillKinds, c.Kind) {
			continue
		}
		q := Requirement{URI: c.URI, Label: c.Pref(lang).Text, Kind: c.Kind, Need: needs[rel.Predicate], Importance: rel.Importance, Level: rel.Level, Qualifier: rel.Qualifier}
		by, link, err := l.closest(ctx, r.Claims, node{ref, c.URI})
		if err != nil {
			return nil, err
		}
		share := 0.0
		if by != nil {
			q.By, q.Link = by, &link
			used[node{by.ref(), by.URI}] = true
			share = 0.5
			if link.Relation == taxonomy.ExactMatch {
				share = 1
			}
		}
		if q.Importance != nil {
			weight += *q.Importance
			has += share * *q.Importance
		}
		if out.Cover[q.Need] == nil {
			out.Cover[q.Need] = &Cover{}
		}
		out.Cover[q.Need].count(link)
		out.Requirements = append(out.Requirements, q)
	}
	if weight > 0 {
		share := has / weight
		out.Weighted = &share
	}
	slices.SortFunc(out.Requirements, func(x, y Requirement) int {
		return cmp.Or(slices.Index(Needs, x.Need)-slices.Index(Needs, y.Need), cmp.Compare(importance(y), importance(x)), strings.Compare(y.Qualifier, x.Qualifier), cmp.Compare(x.Label, y.Label), cmp.Compare(x.URI, y.URI))
	})
	for _, c := range r.Claims {
		if !used[node{c.ref(), c.URI}] {
			out.Beyond = append(out.Beyond, c)
		}
	}
	return out, nil
}

func importance(q Requirement) float64 {
	if q.Importance == nil {
		return 0
	}
	return *q.Importance
}
