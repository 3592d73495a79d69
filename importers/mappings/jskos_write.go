package mappings

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strings"

	"concord/importers"
	"concord/taxonomy"
)

const onlySSSOMField = " (only in the field _sssom)"

// writeJSKOS writes a concordance, then a mapping on each line. jskos-server
// and Cocoda take the lines as they are; the first one is for the list of
// concordances. What is negated, rejected or not accepted is kept in the
// concordance, where it is not taken for a mapping.
func writeJSKOS(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	lost := losses{}
	all := onlyProposals(c)
	var lines []object
	var apart []int
	for i := 0; i < len(c.Mappings); {
		n := 0
		if i == 0 || len(c.Mappings[i].Slots["bundle"]) == 0 || !slices.Equal(c.Mappings[i].Slots["bundle"], c.Mappings[i-1].Slots["bundle"]) {
			n = bundleLength(c.Mappings[i:]) // else in the middle of one that is not whole
		}
		switch ok, why := standing(c, &c.Mappings[i], all); {
		case !ok:
			n = 1 // a bundle of which one row stands apart is not whole: its other rows follow by themselves
			apart = append(apart, i)
			lost.add(why+onlySSSOMField, 1)
		default:
			whole := n > 0
			if !whole {
				n = 1
				lost.add("rows of a bundle that are not whole, as mappings of their own", 1)
			}
			if all && c.Status != taxonomy.Accepted {
				lost.add("mappings written although nobody has accepted them", n)
			}
			lines = append(lines, jskosMapping(c, c.Mappings[i:i+n], whole, lost))
		}
		i += n
	}
	out := bufio.NewWriter(w)
	for _, o := range append([]object{jskosConcordance(c, apart, lost)}, lines...) {
		text, err := jsonText(o)
		if err != nil {
			return nil, writing("JSKOS", err)
		}
		out.Write(text)
		out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return nil, writing("JSKOS", err)
	}
	return lost.list(), nil
}

// jskosMapping is the rows of one mapping. A row of a bundle that is not whole
// is a mapping between two concepts, and says only in _sssom what bundle it is of.
func jskosMapping(c *taxonomy.Crosswalk, rows []taxonomy.Mapping, whole bool, lost losses) object {
	m := rows[0]
	m.Slots = maps.Clone(m.Slots)
	take := func(name string) []string { // a slot that has a field
		if !whole && strings.Contains(name, "bundle") {
			return nil
		}
		values := m.Slots[name]
		delete(m.Slots, name)
		return values
	}
	var o object
	if m.Slots["bundle"] == nil {
		if id := m.Slots["record_id"]; len(id) == 1 && isJSKOSURI(id[0]) {
			o.setText("uri", take("record_id")[0])
		}
	} else if id := take("bundle"); len(id) == 1 && isJSKOSURI(id[0]) && !strings.HasPrefix(id[0], "urn:uuid:") {
		o.set("uri", id[0])
	}
	predicate := string(m.Predicate)
	if p := take("bundle_predicate"); len(p) == 1 {
		predicate = p[0]
	}
	types := []string{iri("skos:mappingRelation")}
	if full := jskosIRI(predicate); full != "" {
		m.Predicate = ""
		if isMatch(full) {
			types[0] = full
		} else {
			types = append(types, full)
		}
	}
	o.set("type", append(types, take("jskos_type")...))
	for _, side := range []struct {
		name, scheme, source, kind string
	}{{"from", "fromScheme", either(m.SubjectSource, c.SubjectSource), first(take("subject_bundle"), "memberSet")}, {"to", "toScheme", either(m.ObjectSource, c.ObjectSource), first(take("object_bundle"), "memberSet")}} {
		if side.source != "" {
			o.set(side.scheme, jskosScheme(side.source, ""))
		}
		var bundle object
		bundle.set(side.kind, jskosMembers(c, rows, side.name == "from", side.source))
		o.set(side.name, bundle)
	}
	for _, name := range append([]string{"subject_bundle", "object_bundle"}, perMember...) {
		if !strings.HasSuffix(name, "_type") || len(m.Slots[name]) == 1 && m.Slots[name][0] == "rdfs literal" {
			take(name)
		}
	}
	if m.Confidence != nil {
		o.set("mappingRelevance", *m.Confidence)
	}
	if j := jskosIRI(string(m.Justification)); j != "" {
		if m.Justification != taxonomy.Unspecified {
			o.set("justification", j)
		}
		m.Justification = ""
	}
	jskosFieldsOf(&o, &m, take)
	if isJSKOSURI(string(c.ID)) {
		o.set("partOf", []object{{{"uri", string(c.ID)}}})
	}
	without := []string{"subject_id", "subject_label", "object_id", "object_label", "subject_source", "object_source", "confidence"}
	if left := slotsOf(&m, without...); len(left) > 0 {
		lost.slotsLost(left, onlySSSOMField)
		o.set("_sssom", slotObject(left))
	}
	return o
}

func first(values []string, otherwise string) string {
	if len(values) == 1 {
		return values[0]
	}
	return otherwise
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// jskosFieldsOf writes the dates, agents and notes of m that JSKOS can hold,
// and takes them out of m.
func jskosFieldsOf(o *object, m *taxonomy.Mapping, take func(string) []string) {
	if isJSKOSDate(m.Date) {
		o.set("created", m.Date)
		m.Date = ""
	}
	for _, t := range jskosTexts {
		values := m.Slots[t.slot]
		valid := func(ok func(string) bool) bool { return len(values) == 1 && ok(values[0]) }
		switch kind := jskosKind(t.field); {
		case len(values) == 0 || t.slot == "mapping_date":
		case kind == "list":
			o.set(t.field, take(t.slot))
		case kind == "date" && valid(isJSKOSDate), kind == "url" && valid(func(s string) bool { return strings.HasPrefix(s, "http") && isJSKOSURI(s) }),
			kind == "rank" && valid(func(s string) bool { return s == "normal" || s == "preferred" || s == "deprecated" }),
			t.field == "version" && len(values) == 1:
			o.set(t.field, take(t.slot)[0])
		}
	}
	for _, a := range jskosAgents {
		names := m.Slots[a.label]
		if a.label == "author_label" && m.Author != "" {
			names = strings.Split(m.Author, "|")
		}
		if agents, ok := jskosAgentsOf(names, m.Slots[a.id], m.Slots[pageSlot(a.id)]); ok {
			o.set(a.field, agents)
			take(a.id)
			take(pageSlot(a.id))
			if a.label == "author_label" {
				m.Author = ""
			} else {
				take(a.label)
			}
		}
	}
	for _, name := range jskosNotes {
		var texts object // language → texts
		say := func(lang, text string) {
			for i := range texts {
				if texts[i].key == lang {
					texts[i].value = append(texts[i].value.([]string), text)
					return
				}
			}
			texts.set(lang, []string{text})
		}
		if name == "note" && m.Comment != "" {
			say(first(take("comment_lang"), "und"), m.Comment)
			m.Comment = ""
		}
		for _, v := range take(name) {
			if lang, text, ok := strings.Cut(v, ":"); ok && jskosLang.MatchString(lang) && text != "" {
				say(lang, text)
			}
		}
		if name == "prefLabel" {
			for i := range texts {
				texts[i].value = texts[i].value.([]string)[0]
			}
		}
		if len(texts) > 0 {
			o.set(name, texts)
		}
	}
}

// jskosAgentsOf is agents by name and URI; ok is false where it is not plain
// which URI is whose.
func jskosAgentsOf(names, ids, pages []string) (agents []object, ok bool) {
	n := max(len(names), len(ids))
	if n == 0 || len(names) > 0 && len(ids) > 0 && len(names) != len(ids) || len(pages) > 1 || len(pages) == 1 && n > 1 || slices.ContainsFunc(ids, func(s string) bool { return !isJSKOSURI(s) }) {
		return nil, false
	}
	for i := range n {
		var o object
		if len(ids) > 0 {
			o.set("uri", ids[i])
		}
		if len(names) > 0 && (len(ids) == 0 || names[i] != ids[i]) {
			o.set("prefLabel", object{{"und", names[i]}})
		}
		if len(pages) == 1 {
			o.set("url", pages[0])
		}
		agents = append(agents, o)
	}
	return agents, true
}

// jskosScheme is a framework by its URI, else by its name as a notation.
func jskosScheme(source, version string) object {
	var o object
	if isJSKOSURI(source) {
		o.set("uri", source)
	} else if source != "" {
		o.set("notation", []string{source})
	}
	o.setText("version", version)
	return o
}

// jskosMembers is the concepts of one side of a mapping.
func jskosMembers(c *taxonomy.Crosswalk, rows []taxonomy.Mapping, subject bool, framework string) []object {
	list, objects := sides(rows)
	lang, side := c.SubjectLang, "subject"
	if !subject {
		list, lang, side = objects, c.ObjectLang, "object"
	}
	out := []object{}
	for _, i := range list {
		m := rows[i]
		uri, label := m.Subject, m.SubjectLabel
		if !subject {
			uri, label = m.Object, m.ObjectLabel
		}
		if uri == taxonomy.NoTerm {
			continue
		}
		var o object
		notations := m.Slots[side+"_notation"]
		if uri != "" && (len(notations) == 0 || uri != conceptURI(framework, notations[0])) {
			o.set("uri", string(uri))
		}
		if len(notations) > 0 {
			o.set("notation", notations)
		}
		labels := object{}
		if label != "" {
			tag := strings.ToLower(first(m.Slots[side+"_label_lang"], either(string(lang), "und")))
			if !jskosLang.MatchString(tag) {
				tag = "und"
			}
			labels.set(tag, label)
		}
		for _, v := range m.Slots[side+"_labels"] {
			if tag, text, ok := strings.Cut(v, ":"); ok && jskosLang.MatchString(tag) && text != "" && labels[0].key != tag {
				labels.set(tag, text)
			}
		}
		if len(labels) > 0 {
			o.set("prefLabel", labels)
		}
		out = append(out, o)
	}
	return out
}

// jskosConcordance describes the set; rows are those kept apart.
func jskosConcordance(c *taxonomy.Crosswalk, rows []int, lost losses) object {
	s := c.MappingSet
	s.Slots = maps.Clone(s.Slots)
	var o object
	if isJSKOSURI(string(s.ID)) {
		o.set("uri", string(s.ID))
		s.ID = ""
	}
	o.set("type", []string{nsVOID + "Linkset"})
	if s.Title != "" {
		o.set("prefLabel", object{{"und", s.Title}})
		s.Title = ""
	}
	if s.Description != "" {
		o.set("definition", object{{"und", []string{s.Description}}})
		s.Description = ""
	}
	o.setText("version", s.Version)
	s.Version = ""
	if isJSKOSDate(s.Published) {
		o.set("issued", s.Published)
		s.Published = ""
	}
	if agents, ok := jskosAgentsOf(s.Creators, s.Slots["creator_id"], nil); ok {
		o.set("creator", agents)
		s.Creators = nil
		delete(s.Slots, "creator_id")
	}
	if isJSKOSURI(s.License) {
		o.set("license", []object{{{"uri", s.License}}})
		s.License = ""
	} else if s.License != "" {
		o.set("license", []object{{{"prefLabel", object{{"und", s.License}}}}})
		s.License = ""
	}
	o.set("fromScheme", jskosScheme(s.SubjectSource, s.SubjectVersion))
	o.set("toScheme", jskosScheme(s.ObjectSource, s.ObjectVersion))
	var own object
	if left := setSlotsOf(&s, "subject_source", "subject_source_version", "object_source", "object_source_version"); len(left) > 0 {
		lost.slotsLost(left, " of the set"+onlySSSOMField)
		own.set("set", slotObject(left))
	}
	if len(rows) > 0 {
		own.set("mappings", unasserted(rows, c))
	}
	if len(own) > 0 {
		o.set("_sssom", own)
	}
	return o
}
