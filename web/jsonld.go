package web

import (
	"context"
	"io"

	"concord/taxonomy"
)

// skosContext names the SKOS terms that writeJSONLD uses.
var skosContext = map[string]any{
	"skos": "http://www.w3.org/2004/02/skos/core#", "dct": "http://purl.org/dc/terms/", "owl": "http://www.w3.org/2002/07/owl#",
	"id": "@id", "type": "@type",
	"prefLabel":   map[string]string{"@id": "skos:prefLabel", "@container": "@language"},
	"altLabel":    map[string]string{"@id": "skos:altLabel", "@container": "@language"},
	"hiddenLabel": map[string]string{"@id": "skos:hiddenLabel", "@container": "@language"},
	"definition":  map[string]string{"@id": "skos:definition", "@container": "@language"},
	"scopeNote":   map[string]string{"@id": "skos:scopeNote", "@container": "@language"},
	"example":     map[string]string{"@id": "skos:example", "@container": "@language"},
	"note":        map[string]string{"@id": "skos:note", "@container": "@language"},
	"changeNote":  map[string]string{"@id": "skos:changeNote", "@container": "@language"},
	"notation":    "skos:notation", "deprecated": "owl:deprecated",
	"inScheme":     map[string]string{"@id": "skos:inScheme", "@type": "@id"},
	"broader":      map[string]string{"@id": "skos:broader", "@type": "@id"},
	"narrower":     map[string]string{"@id": "skos:narrower", "@type": "@id"},
	"related":      map[string]string{"@id": "skos:related", "@type": "@id"},
	"isReplacedBy": map[string]string{"@id": "dct:isReplacedBy", "@type": "@id"},
	"exactMatch":   map[string]string{"@id": "skos:exactMatch", "@type": "@id"},
	"closeMatch":   map[string]string{"@id": "skos:closeMatch", "@type": "@id"},
	"broadMatch":   map[string]string{"@id": "skos:broadMatch", "@type": "@id"},
	"narrowMatch":  map[string]string{"@id": "skos:narrowMatch", "@type": "@id"},
	"relatedMatch": map[string]string{"@id": "skos:relatedMatch", "@type": "@id"},
}

// writeJSONLD writes a concept as SKOS in JSON-LD: labels and notes as language
// maps, relations of the hierarchy both ways, accepted mappings.
func writeJSONLD(ctx context.Context, w io.Writer, r taxonomy.Reader, c *taxonomy.Concept) error {
	rel, err := r.Release(ctx, c.Release)
	if err != nil {
		return err
	}
	node := map[string]any{"@context": skosContext, "id": c.URI, "type": "skos:Concept"}
	texts := func(name string, lang taxonomy.Lang, text string) {
		m, _ := node[name].(map[string][]string)
		if m == nil {
			m = map[string][]string{}
			node[name] = m
		}
		key := string(lang)
		if key == "" {
			key = "@none"
		}
		m[key] = append(m[key], text)
	}
	link := func(name string, uri taxonomy.URI) {
		list, _ := node[name].([]taxonomy.URI)
		node[name] = append(list, uri)
	}
	for _, l := range c.Labels {
		texts(string(l.Kind), l.Lang, l.Text)
	}
	for _, n := range c.Notes {
		texts(string(n.Kind), n.Lang, n.Text)
	}
	if c.Code != "" {
		node["notation"] = c.Code
	}
	if rel.URI != "" {
		node["inScheme"] = rel.URI
	}
	if c.Deprecated {
		node["deprecated"] = true
	}
	for _, u := range c.ReplacedBy {
		link("isReplacedBy", u)
	}
	for x, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: c.Release, Subject: c.URI, Predicates: []taxonomy.Predicate{taxonomy.Broader, taxonomy.Related}}) {
		if err != nil {
			return err
		}
		if x.Predicate == taxonomy.Broader {
			link("broader", x.Object)
		} else {
			link("related", x.Object)
		}
	}
	for x, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: c.Release, Object: c.URI, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return err
		}
		link("narrower", x.Subject)
	}
	mappings, err := r.Mappings(ctx, c.URI)
	if err != nil {
		return err
	}
	for _, m := range mappings {
		other, predicate := m.Object, m.Predicate
		if other == c.URI {
			other, predicate = m.Subject, predicate.Inverse()
		}
		if name := matchTerms[predicate]; name != "" && m.Status == taxonomy.Accepted && m.Modifier == "" && other != taxonomy.NoTerm && other != "" {
			link(name, other)
		}
	}
	return writeJSON(w, node)
}

var matchTerms = map[taxonomy.Match]string{
	taxonomy.ExactMatch: "exactMatch", taxonomy.CloseMatch: "closeMatch", taxonomy.BroadMatch: "broadMatch",
	taxonomy.NarrowMatch: "narrowMatch", taxonomy.RelatedMatch: "relatedMatch",
}
