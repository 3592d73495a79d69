package importers

import (
	"strings"

	"concord/taxonomy"
)

// tasks reads task statements. A task belongs to one occupation; the same text
// elsewhere is a task of its own.
func (o *onet) tasks(t *onetTable) error {
	occupation, id, text, kind := t.column("O*NET-SOC Code"), t.column("Task ID"), t.column("Task"), t.column("Task Type")
	return t.each(func(row onetRow) error {
		code := row.code(id)
		if code == "" {
			o.problem(t.in.Path, row.line, "no-code", "the task %q has no id", row.get(text))
			return nil
		}
		uri := onetURI(onetTaskURI, code)
		if err := o.named(taxonomy.Task, uri, code, row.get(text), "", t.at(row)); err != nil || !o.w.Has(uri) {
			return err
		}
		rel := taxonomy.Relation{Subject: uri, Predicate: taxonomy.TaskOf, Qualifier: strings.ToLower(row.get(kind))}
		if v, ok := o.importance[code]; ok {
			rel.Importance = &v
		}
		return o.toOccupation(rel, row.get(occupation), t.at(row))
	})
}

func (o *onet) tasksToDWAs(t *onetTable) error {
	id, dwa := t.column("Task ID"), t.column("DWA ID")
	return t.each(func(row onetRow) error {
		return o.broader(onetURI(onetTaskURI, row.code(id)), onetURI(onetElementURI, row.get(dwa)), t.at(row))
	})
}

// unspsc reads the United Nations Standard Products and Services Code as far
// as technologies and tools use it: commodity, class, family, segment.
func (o *onet) unspsc(t *onetTable) error {
	var code, title [4]int
	for i, level := range []string{"Commodity", "Class", "Family", "Segment"} {
		code[i], title[i] = t.column(level+" Code"), t.column(level+" Title")
	}
	return t.each(func(row onetRow) error {
		below := ""
		for i := range code {
			id := row.code(code[i])
			if id == "" || id == below {
				continue
			}
			if err := o.commodity(id, row.get(title[i]), t.at(row)); err != nil {
				return err
			}
			if uri := onetURI(onetUNSPSCURI, id); below != "" && o.w.Has(uri) {
				if err := o.broader(onetURI(onetUNSPSCURI, below), uri, t.at(row)); err != nil {
					return err
				}
			}
			if below = id; !o.w.Has(onetURI(onetUNSPSCURI, id)) {
				below = ""
			}
		}
		return nil
	})
}

// commodity puts a UNSPSC code unless it is there.
func (o *onet) commodity(code, title string, at Problem) error {
	uri := onetURI(onetUNSPSCURI, code)
	if o.w.Has(uri) {
		return nil
	}
	return o.named(taxonomy.SkillGroup, uri, code, title, "", at)
}

func (o *onet) technology(t *onetTable) error {
	return o.examples(t, taxonomy.Technology, onetTechURI)
}

func (o *onet) tools(t *onetTable) error { return o.examples(t, taxonomy.Tool, onetToolURI) }

// examples reads technologies or tools. The name is the key: there is no
// other. It stands under one UNSPSC commodity, some under several.
func (o *onet) examples(t *onetTable, kind taxonomy.Kind, pattern string) error {
	occupation, name, code, title := t.column("O*NET-SOC Code"), t.column("Example"), t.column("Commodity Code"), t.column("Commodity Title")
	hot, demand := t.column("Hot Technology"), t.column("In Demand")
	isHot := map[string]bool{}
	under := map[[2]string]bool{}
	return t.each(func(row onetRow) error {
		example, group := trimLabel(row.get(name)), row.code(code)
		if example == "" {
			o.problem(t.in.Path, row.line, "no-name", "a %s of %s has no name", kind, row.get(occupation))
			return nil
		}
		uri := onetURI(pattern, example)
		nowHot := row.get(hot) == "Y"
		if was, known := isHot[example]; !known || nowHot && !was { // 24.2 says both Y and N of a few
			isHot[example] = nowHot
			c := &taxonomy.Concept{URI: uri, Kind: kind, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: o.lang, Text: example}}}
			if nowHot {
				c.Properties = []taxonomy.Property{{Name: taxonomy.PropHotTechnology, Value: "Y"}}
			}
			if _, err := o.concept(c, t.at(row)); err != nil {
				return err
			}
		}
		if key := [2]string{example, group}; group != "" && !under[key] {
			under[key] = true
			if err := o.commodity(group, row.get(title), t.at(row)); err != nil {
				return err
			}
			if err := o.broader(uri, onetURI(onetUNSPSCURI, group), t.at(row)); err != nil {
				return err
			}
		}
		rel := taxonomy.Relation{Subject: uri, Predicate: taxonomy.UsedBy}
		if row.get(demand) == "Y" {
			rel.Qualifier = "in demand"
		}
		return o.toOccupation(rel, row.get(occupation), t.at(row))
	})
}
