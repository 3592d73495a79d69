package importers

import (
	"strings"

	"concord/taxonomy"
)

// An onetOccupation is an occupation as it is put together.
type onetOccupation struct {
	concept taxonomy.Concept
	at      Problem
	named   map[string]bool // its titles so far
}

func (c *onetOccupation) add(kind taxonomy.LabelKind, lang taxonomy.Lang, title string) {
	if title = trimLabel(title); title != "" && !c.named[title] {
		c.named[title] = true
		c.concept.Labels = append(c.concept.Labels, taxonomy.Label{Kind: kind, Lang: lang, Text: title})
	}
}

func (o *onet) occupation(t *onetTable) error {
	code, title, description := t.column("O*NET-SOC Code"), t.column("Title"), t.column("Description")
	return t.each(func(row onetRow) error {
		id := row.get(code)
		if id == "" {
			o.problem(t.in.Path, row.line, "no-code", "the occupation %q has no O*NET-SOC code", row.get(title))
			return nil
		}
		if o.byCode[id] != nil {
			o.problem(t.in.Path, row.line, "repeated-concept", "occupation %s has a row already; this one is left out", id)
			return nil
		}
		c := &onetOccupation{at: t.at(row), named: map[string]bool{}}
		c.concept = taxonomy.Concept{URI: onetURI(onetOccupationURI, id), Kind: taxonomy.Occupation, Code: id, Notes: o.definition(row.get(description))}
		c.add(taxonomy.PrefLabel, o.lang, row.get(title))
		o.byCode[id] = c
		o.order = append(o.order, c)
		return nil
	})
}

func (o *onet) definition(description string) []taxonomy.Note {
	if description == "" {
		return nil
	}
	return []taxonomy.Note{{Kind: taxonomy.Definition, Lang: o.lang, Text: description}}
}

// titles adds the titles in columns of t to their occupations.
func (o *onet) titles(t *onetTable, columns ...int) error {
	code := t.column("O*NET-SOC Code")
	return t.each(func(row onetRow) error {
		c := o.byCode[row.get(code)]
		if o.noOccupations {
			o.lost++
			return o.alive()
		}
		if c == nil {
			o.problem(t.in.Path, row.line, "unknown-occupation", "the title %q is of %q, which Occupation Data does not have", row.get(columns[0]), row.get(code))
			return nil
		}
		for _, column := range columns {
			c.add(taxonomy.AltLabel, o.lang, row.get(column))
		}
		return o.alive()
	})
}

func (o *onet) alternateTitles(t *onetTable) error {
	return o.titles(t, t.column("Alternate Title"), t.column("Short Title"))
}

func (o *onet) reportedTitles(t *onetTable) error {
	return o.titles(t, t.column("Reported Job Title"))
}

func (o *onet) jobZones(t *onetTable) error {
	code, zone := t.column("O*NET-SOC Code"), t.column("Job Zone")
	return t.each(func(row onetRow) error {
		c, value := o.byCode[row.get(code)], row.code(zone)
		switch {
		case o.noOccupations:
			o.lost++
		case c == nil:
			o.problem(t.in.Path, row.line, "unknown-occupation", "job zone %s is of %q, which Occupation Data does not have", value, row.get(code))
		case value != "":
			c.concept.Properties = append(c.concept.Properties, taxonomy.Property{Name: taxonomy.PropJobZone, Value: value})
		}
		return nil
	})
}

func (o *onet) putOccupations() error {
	for _, c := range o.order {
		if _, err := o.concept(&c.concept, c.at); err != nil {
			return err
		}
	}
	o.order, o.byCode = nil, nil
	return nil
}

// related reads Related Occupations, whose tier becomes the qualifier, and the
// two matrices that it replaced.
func (o *onet) related(t *onetTable) error {
	code, other, tier := t.column("O*NET-SOC Code"), t.column("Related O*NET-SOC Code"), t.column("Relatedness Tier")
	qualifier := ""
	if tier < 0 {
		qualifier = strings.ToLower(strings.TrimSuffix(t.in.stem(), " Matrix")) // "career changers"
	}
	return t.each(func(row onetRow) error {
		rel := taxonomy.Relation{Subject: onetURI(onetOccupationURI, row.get(code)), Predicate: taxonomy.Related, Qualifier: qualifier}
		if tier >= 0 {
			rel.Qualifier = row.get(tier)
		}
		return o.toOccupation(rel, row.get(other), t.at(row))
	})
}
