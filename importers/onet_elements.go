package importers

import (
	"strings"

	"concord/taxonomy"
)

// onetTrees are the parts of the content model that are read, and what their
// leaves are. Inner nodes only organise. The rest of the model (interests and
// values 1.B, education 2.D, experience 3, context 4.B and 4.C, the labour
// market 5) has no kind. Work styles are 1.C, and 1.D in newer releases.
var onetTrees = []struct {
	root string
	leaf taxonomy.Kind
}{
	{"2.A", taxonomy.Skill},
	{"2.B", taxonomy.Skill},
	{"2.C", taxonomy.Knowledge},
	{"1.A", taxonomy.Ability},
	{"1.C", taxonomy.WorkStyle},
	{"1.D", taxonomy.WorkStyle},
	{"4.A", taxonomy.Activity},
}

// onetKind returns what a leaf with this id is; ok is false for one that is not read.
func onetKind(id string) (kind taxonomy.Kind, ok bool) {
	for _, tree := range onetTrees {
		if id == tree.root || strings.HasPrefix(id, tree.root+".") {
			return tree.leaf, true
		}
	}
	return "", false
}

// parentID returns the id of the element above id, or "".
func parentID(id string) string {
	if at := strings.LastIndexByte(id, '.'); at > 0 {
		return id[:at]
	}
	return ""
}

// contentModel reads the tree of elements. Names repeat ("Mathematics" is a
// skill and a knowledge), so that the id is the key.
func (o *onet) contentModel(t *onetTable) error {
	type element struct {
		id, name, description string
		at                    Problem
	}
	var elements []element
	inner := map[string]bool{}
	id, name, description := t.column("Element ID"), t.column("Element Name"), t.column("Description")
	err := t.each(func(row onetRow) error {
		e := element{row.get(id), row.get(name), row.get(description), t.at(row)}
		if _, ok := onetKind(e.id); !ok {
			o.leftOut++
			return nil
		}
		inner[parentID(e.id)] = true
		elements = append(elements, e)
		return o.alive()
	})
	if err != nil {
		return err
	}
	for _, e := range elements {
		kind, _ := onetKind(e.id)
		if inner[e.id] {
			kind = taxonomy.SkillGroup
		}
		if err := o.named(kind, onetURI(onetElementURI, e.id), e.id, e.name, e.description, e.at); err != nil {
			return err
		}
	}
	for _, e := range elements {
		above := onetURI(onetElementURI, parentID(e.id))
		if _, ok := onetKind(parentID(e.id)); !ok || !o.w.Has(onetURI(onetElementURI, e.id)) {
			continue // a root, or refused above
		}
		if err := o.broader(onetURI(onetElementURI, e.id), above, e.at); err != nil {
			return err
		}
	}
	if o.leftOut > 0 {
		o.problem(t.in.Path, 0, "left-out", "elements left out: %d (interests, values, education, experience, context); no kind of concept stands for them", o.leftOut)
	}
	return nil
}

// named puts a concept that is a name and perhaps a description.
func (o *onet) named(kind taxonomy.Kind, uri taxonomy.URI, code, name, description string, at Problem) error {
	c := &taxonomy.Concept{URI: uri, Kind: kind, Code: code, Notes: o.definition(description)}
	if name = trimLabel(name); name != "" {
		c.Labels = []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: o.lang, Text: name}}
	}
	_, err := o.concept(c, at)
	return err
}

func (o *onet) broader(narrow, broad taxonomy.URI, at Problem) error {
	return o.relation(taxonomy.Relation{Subject: narrow, Predicate: taxonomy.Broader, Object: broad}, at)
}

// below reads a table of activities, each with the id of the one above it.
func (o *onet) below(t *onetTable, above, id, title int) error {
	return t.each(func(row onetRow) error {
		code := row.get(id)
		if code == "" {
			o.problem(t.in.Path, row.line, "no-code", "the activity %q has no id", row.get(title))
			return nil
		}
		uri := onetURI(onetElementURI, code)
		if err := o.named(taxonomy.Activity, uri, code, row.get(title), "", t.at(row)); err != nil {
			return err
		}
		if row.get(above) == "" || !o.w.Has(uri) {
			return nil
		}
		return o.broader(uri, onetURI(onetElementURI, row.get(above)), t.at(row))
	})
}

func (o *onet) intermediate(t *onetTable) error {
	return o.below(t, t.column("Element ID"), t.column("IWA ID"), t.column("IWA Title"))
}

func (o *onet) detailed(t *onetTable) error {
	return o.below(t, t.column("IWA ID"), t.column("DWA ID"), t.column("DWA Title"))
}

// linkage reads the work activities that a skill or an ability is needed for.
func (o *onet) linkage(t *onetTable) error {
	from, to := t.column("Skills Element ID", "Abilities Element ID"), t.column("Work Activities Element ID")
	return t.each(func(row onetRow) error {
		return o.relation(taxonomy.Relation{Subject: onetURI(onetElementURI, row.get(from)), Predicate: taxonomy.Related, Object: onetURI(onetElementURI, row.get(to))}, t.at(row))
	})
}
