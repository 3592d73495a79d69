package mappings

import (
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// jskosAgents are the fields that hold things with a name and a URI, and the
// slots that those become; of one thing alone also its page, in id's name
// with _url for _id.
var jskosAgents = []struct{ field, label, id string }{
	{"creator", "author_label", "author_id"}, {"contributor", "contributor_label", "contributor_id"}, {"publisher", "publisher_label", "publisher_id"},
	{"tool", "mapping_tool", "mapping_tool_id"}, {"source", "mapping_source_label", "mapping_source"},
	{"guidelines", "curation_rule_text", "curation_rule"}, {"issueTracker", "issue_tracker_label", "issue_tracker"}, {"issue", "issue_tracker_item_label", "issue_tracker_item"},
}

// jskosTexts are the fields that hold a text or several, and their slots.
var jskosTexts = []struct{ field, slot string }{
	{"created", "mapping_date"}, {"modified", "modified"}, {"issued", "publication_date"}, {"url", "url"}, {"version", "version"}, {"rank", "rank"},
	{"startDate", "startDate"}, {"endDate", "endDate"}, {"identifier", "identifier"}, {"notation", "notation"},
}

// jskosNotes are the fields with texts in languages, each the slot of its
// name; the first note is the comment.
var jskosNotes = []string{"prefLabel", "altLabel", "hiddenLabel", "scopeNote", "definition", "example", "historyNote", "editorialNote", "changeNote", "note"}

// orderedTexts are the texts of a language map with their tags as written, in
// document order.
func orderedTexts(v *source.Value) [][2]string {
	var out [][2]string
	if v == nil {
		return nil
	}
	for _, m := range v.Members {
		for _, x := range m.Value.List() {
			if x.Kind == source.String && x.Text != "" {
				out = append(out, [2]string{m.Key, x.Text})
			}
		}
	}
	return out
}

// nameOf is what an item is called: in English, else in its first language.
func nameOf(v *source.Value) (name, lang string, others []string) {
	best := -1
	texts := orderedTexts(v.Get("prefLabel"))
	for i, t := range texts {
		if best < 0 || isEnglish(t[0]) && !isEnglish(texts[best][0]) {
			best = i
		}
	}
	for i, t := range texts {
		if i != best {
			others = append(others, t[0]+":"+t[1])
		}
	}
	if best >= 0 {
		name, lang = texts[best][1], texts[best][0]
	}
	return name, lang, others
}

// describe reads what a mapping says besides what it joins, and returns its relation.
func (s *jskosRead) describe(m *taxonomy.Mapping, v *source.Value) (predicate string) {
	m.Justification = taxonomy.Unspecified
	predicate = "skos:mappingRelation"
	var types []string
	for _, x := range v.Get("type").List() {
		name := shortName(x.Text)
		if predicate == "skos:mappingRelation" {
			predicate = name
		} else if name != predicate {
			types = append(types, x.Text)
		}
	}
	setSlot(m, "jskos_type", types...)
	if x := v.Get("justification"); x != nil {
		m.Justification = taxonomy.Justification(shortName(x.Text))
	}
	if x := v.Get("mappingRelevance"); x != nil {
		setSlot(m, "confidence", x.Text)
	}
	for _, t := range jskosTexts {
		setSlot(m, t.slot, v.Get(t.field).Strings()...)
	}
	for _, a := range jskosAgents {
		s.agents(m.Line, a.field, a.label, a.id, v.Get(a.field), func(name string, values ...string) {
			if name == "author_label" {
				values = []string{strings.Join(values, "|")} // as SSSOM writes several
			}
			setSlot(m, name, values...)
		})
	}
	for _, name := range jskosNotes {
		for _, t := range orderedTexts(v.Get(name)) {
			switch {
			case name == "note" && m.Comment == "":
				m.Comment = t[1]
				if t[0] != "und" {
					setSlot(m, "comment_lang", t[0])
				}
			default:
				setSlot(m, name, t[0]+":"+t[1])
			}
		}
	}
	readSlots(v.Get("_sssom"), func(name string, values ...string) { setSlot(m, name, values...) })
	for _, f := range v.Members {
		switch f.Key {
		case "annotations", "qualifiedRelations", "qualifiedDates", "qualifiedLiterals", "startPlace", "endPlace", "place", "location", "address", "media", "depiction",
			"subject", "subjectOf", "replacedBy", "versionOf", "relatedDate", "relatedDates":
			s.leave(f.Key, m.Line, 1)
		}
	}
	return predicate
}

// leave counts a field that has no place.
func (s *jskosRead) leave(name string, line, n int) {
	if n > 0 && s.unread[name] == 0 {
		s.where[name] = line
	}
	if n > 0 {
		s.unread[name] += n
	}
}

// agents reads things with a name and a URI.
func (s *jskosRead) agents(line int, field, label, id string, v *source.Value, set func(name string, values ...string)) {
	var names, uris, pages []string
	named := false
	for _, x := range v.List() {
		name, _, others := nameOf(x)
		uri := x.Get("uri").String()
		if name == "" {
			name = x.Get("notation").String()
		}
		if named = named || name != ""; name == "" {
			name = uri // where others have a name, to tell whose URI is whose
		}
		if name != "" {
			names = append(names, name)
		}
		if uri != "" {
			uris = append(uris, uri)
		}
		if page := x.Get("url").String(); page != "" {
			pages = append(pages, page)
		}
		s.leave("prefLabel of "+field+" in further languages", line, len(others))
	}
	if named {
		set(label, names...)
	}
	set(id, uris...)
	if len(v.List()) == 1 {
		set(pageSlot(id), pages...)
	} else {
		s.leave("url of "+field, line, len(pages))
	}
}

// pageSlot is the slot for the page of what the slot id names.
func pageSlot(id string) string { return strings.TrimSuffix(id, "_id") + "_url" }

// A jskosSide is a bundle.
type jskosSide struct {
	kind    string // memberSet, memberList or memberChoice
	members []jskosConcept
	source  string // framework
	bad     string // why it cannot be read
}

type jskosConcept struct {
	uri       taxonomy.URI
	label     string
	lang      string
	others    []string // further labels
	notations []string
	literal   bool
}

func (s jskosSide) bundled() bool  { return len(s.members) > 1 || s.kind != "memberSet" }
func (s jskosSide) together() bool { return len(s.members) > 1 && s.kind != "memberChoice" }

// orNone is the members, or taxonomy.NoTerm where there is none.
func (s jskosSide) orNone() []jskosConcept {
	if len(s.members) == 0 {
		return []jskosConcept{{uri: taxonomy.NoTerm}}
	}
	return s.members
}

func (c jskosConcept) slots(m *taxonomy.Mapping, side string) {
	setSlot(m, side+"_notation", c.notations...)
	setSlot(m, side+"_labels", c.others...)
	if c.literal {
		setSlot(m, side+"_type", "rdfs literal")
	}
}

// side reads a bundle.
func (s *jskosRead) side(r *Result, line int, v, scheme *source.Value) jskosSide {
	out := jskosSide{source: schemeName(scheme)}
	for _, kind := range jskosFields["members"] {
		if v.Get(kind) != nil {
			out.kind = kind
		}
	}
	if out.kind == "" {
		out.bad = "concepts in roles (memberRoles) have no place in a mapping"
		return out
	}
	if in := v.Get(out.kind).List(); out.source == "" && len(in) > 0 {
		if schemes := in[0].Get("inScheme").List(); len(schemes) > 0 {
			out.source = schemeName(schemes[0])
		}
	}
	if out.source == "" {
		side := &r.Crosswalk.ObjectSource
		if v.Key() == "from" {
			side = &r.Crosswalk.SubjectSource
		}
		out.source = *side
	}
	for _, x := range v.Get(out.kind).List() {
		if x.Kind == source.Null {
			r.problemOf(line, x, "open-set", "null says that there are more concepts, which are not in the file")
			continue
		}
		c := jskosConcept{uri: taxonomy.URI(x.Get("uri").String()), notations: x.Get("notation").Strings()}
		c.label, c.lang, c.others = nameOf(x)
		if c.uri == "" && len(c.notations) > 0 {
			framework := out.source
			if n := scheme.Get("notation").Strings(); len(n) > 0 {
				framework = n[0]
			}
			c.uri = conceptURI(framework, c.notations[0])
		}
		if c.literal = c.uri == ""; c.literal && c.label == "" {
			out.bad = "a concept has no uri, no notation and no prefLabel"
		}
		for _, m := range x.Members {
			switch m.Key {
			case "uri", "notation", "prefLabel", "inScheme", "@context":
			default:
				if !strings.HasPrefix(m.Key, "_") {
					s.leave(m.Key+" of a concept", line, 1)
				}
			}
		}
		out.members = append(out.members, c)
	}
	return out
}

// schemeName is what a scheme is named by: its URI, else its first notation,
// else its label.
func schemeName(v *source.Value) string {
	if uri := v.Get("uri").String(); uri != "" {
		return uri
	}
	if n := v.Get("notation").Strings(); len(n) > 0 {
		return n[0]
	}
	name, _, _ := nameOf(v)
	return name
}

// concordance reads what a concordance says of its set.
func (s *jskosRead) concordance(d *jskosDoc, v *source.Value) {
	r := s.set(v.Get("uri").String())
	set := &r.Crosswalk.MappingSet
	line := d.at(v)
	if b := jskosBreach(v, 0); b != nil {
		s.broken(line, b)
		r.problemOf(line, b.at, "invalid-jskos", b.text+"; the concordance is read as far as it goes")
	}
	for _, x := range jskosUnknown(v) {
		r.problemOf(line, x, "unknown-field", "\""+x.Key()+"\" is no field of JSKOS; it is left out")
	}
	set.Title, _, _ = nameOf(v)
	for _, t := range orderedTexts(v.Get("definition")) {
		set.Description = strings.TrimSpace(set.Description + "\n" + t[1])
	}
	set.Version = v.Get("version").String()
	if set.Published = v.Get("issued").String(); set.Published == "" {
		set.Published = v.Get("created").String()
	}
	s.agents(line, "creator", "creator_label", "creator_id", v.Get("creator"), func(name string, values ...string) { setSetSlot(set, name, values...) })
	if l := v.Get("license").List(); len(l) > 0 {
		if set.License = l[0].Get("uri").String(); set.License == "" {
			set.License, _, _ = nameOf(l[0])
		}
	}
	set.SubjectSource, set.SubjectVersion = schemeName(v.Get("fromScheme")), v.Get("fromScheme").Get("version").String()
	set.ObjectSource, set.ObjectVersion = schemeName(v.Get("toScheme")), v.Get("toScheme").Get("version").String()
	own := v.Get("_sssom")
	readSlots(own.Get("set"), func(name string, values ...string) { setSetSlot(set, name, values...) })
	if rows := own.Get("mappings"); rows != nil {
		s.kept[r] = rows
		s.rows += len(rows.List())
	}
	for _, m := range v.Members {
		switch m.Key {
		case "uri", "type", "@context", "prefLabel", "definition", "version", "issued", "created", "creator", "license", "fromScheme", "toScheme", "mappings", "extent":
		default:
			if jskosKind(m.Key) != "" {
				s.leave(m.Key+" of a concordance", line, 1)
			}
		}
	}
}

// jskosIRI is a name as a URI that JSKOS can hold, or "".
func jskosIRI(name string) string {
	if full, ok := importers.ExpandCURIE(name); ok && !strings.Contains(name, "://") {
		return full
	}
	for _, p := range []string{"semapv:", "sssom:"} {
		if strings.HasPrefix(name, p) {
			return iri(name)
		}
	}
	if isJSKOSURI(name) {
		return name
	}
	return ""
}
