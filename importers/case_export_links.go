package importers

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// relations writes the relations of a release as associations: broader as
// isChildOf, related as isRelatedTo, CASE's own by their name, and any other
// as an extension.
func (x *caseExport) relations(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) error {
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref}) {
		if err != nil {
			return fmt.Errorf("reading relations: %w", err)
		}
		a := x.associate(x.links[rel.Subject], CASETypeOf(string(rel.Predicate)), x.links[rel.Object], "")
		if rel.Predicate == taxonomy.Broader {
			x.above[rel.Subject] = true
			a.SequenceNumber = x.sequenceOf(rel.Subject)
		}
		if rel.Importance != nil || rel.Level != nil {
			x.lost.add("weights of relations", 1)
		}
		if rel.Qualifier != "" {
			x.lost.add("qualifiers of relations", 1)
		}
	}
	return nil
}

// others writes, for each concept, that it is at the top, what replaces it,
// and its mappings.
func (x *caseExport) others(ctx context.Context, r taxonomy.Reader) error {
	for _, uri := range x.order {
		if !x.above[uri] {
			number := x.sequenceOf(uri)
			x.associate(x.links[uri], "isChildOf", x.root, "").SequenceNumber = number
		}
		for _, by := range x.replaced[uri] {
			x.associate(x.links[uri], "replacedBy", x.link(by, ""), "")
		}
		mappings, err := outgoing(ctx, r, uri)
		if err != nil {
			return err
		}
		for _, m := range mappings {
			x.associate(x.links[uri], CASETypeOf(string(m.Predicate)), x.link(m.Object, m.ObjectLabel), m.Comment)
			if m.Confidence != nil {
				x.lost.add("confidences of mappings", 1)
			}
		}
	}
	return nil
}

// link names a concept, which may be outside of the release.
func (x *caseExport) link(uri taxonomy.URI, label string) CFLink {
	if l, ok := x.links[uri]; ok {
		return l
	}
	return CASELink(string(uri), label)
}

// CASELink names a concept of another framework by its URI; a blank label is
// the URI. The identifier is a UUID of the URI.
func CASELink(uri, label string) CFLink {
	if label == "" {
		label = uri
	}
	id := uuidPattern.FindString(uri)
	if id == "" {
		id = source.UUID5("case", uri)
	}
	return CFLink{label, strings.ToLower(id), uri}
}

// notInExtension is what the name of an extension type cannot hold.
var notInExtension = regexp.MustCompile(`[^a-zA-Z0-9._-]+`)

// CASETypeOf is the association type of a predicate.
func CASETypeOf(predicate string) string {
	switch predicate {
	case string(taxonomy.Broader):
		return "isChildOf"
	case string(taxonomy.ExactMatch):
		return "exactMatchOf"
	case string(taxonomy.Related), string(taxonomy.RelatedMatch):
		return "isRelatedTo"
	}
	if name, own := strings.CutPrefix(predicate, "case:"); own {
		for _, t := range caseTypes {
			if t.name == name {
				return name
			}
		}
	}
	return "ext:" + notInExtension.ReplaceAllString(strings.TrimPrefix(predicate, "ext:"), ".")
}
