package mappings

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// ctdlValues are the alignment types of an AlignmentMap by relation.
var ctdlValues = map[taxonomy.Match]string{
	taxonomy.ExactMatch: "alignment:ExactMatch", taxonomy.CloseMatch: "alignment:CloseMatch", taxonomy.BroadMatch: "alignment:BroadMatch",
	taxonomy.NarrowMatch: "alignment:NarrowMatch", taxonomy.RelatedMatch: "alignment:RelatedMatch",
}

// ctdlProperties are the relations that are written as a property of the
// competency, because an AlignmentMap has no type for them.
var ctdlProperties = []taxonomy.Match{"ceasn:majorAlignment", "ceasn:minorAlignment", "ceasn:prerequisiteAlignment", "ceasn:derivedFrom", "ceasn:alignTo", "ceasn:alignFrom"}

// writeCTDL writes an AlignmentMap with an AlignmentObject for each row, and a
// Competency for each subject of an alignment that only competencies state.
// CTDL has no place for what it does not know: those slots are lost, and so
// are rows that are negated, rejected or not accepted.
func writeCTDL(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	lost, all := losses{}, onlyProposals(c)
	var parts, competencies []object
	at := map[taxonomy.URI]int{} // subject → competency
	for i := range c.Mappings {
		m := &c.Mappings[i]
		if ok, why := standing(c, m, all); !ok {
			lost.add(why+", left out", 1)
			continue
		}
		if all && c.Status != taxonomy.Accepted {
			lost.add("mappings written although nobody has accepted them", 1)
		}
		known := []string{"subject_id", "object_id", "predicate_id", "subject_label", "object_label"}
		if m.Justification == taxonomy.Unspecified {
			known = append(known, "mapping_justification")
		}
		if slices.Contains(ctdlProperties, m.Predicate) && isConcept(m.Subject) && isConcept(m.Object) {
			n, ok := at[m.Subject]
			if !ok {
				n = len(competencies)
				at[m.Subject] = n
				o := object{{"@id", string(m.Subject)}, {"@type", "ceasn:Competency"}}
				if m.SubjectLabel != "" {
					o.set("ceasn:competencyLabel", inLanguage(m.SubjectLabel, c.SubjectLang))
				}
				competencies = append(competencies, o)
			}
			competencies[n] = alsoAligned(competencies[n], string(m.Predicate), string(m.Object))
			if m.ObjectLabel != "" {
				lost.add("labels of objects of "+string(m.Predicate), 1)
			}
			lost.slotsLost(slotsOf(m, known...), "")
			continue
		}
		part, carried := ctdlObject(c, m, lost)
		parts = append(parts, part)
		lost.slotsLost(slotsOf(m, append(known, carried...)...), "")
	}
	var doc object
	doc.set("@context", []string{"https://credreg.net/ctdl/schema/context/json", "https://credreg.net/ctdlasn/schema/context/json"})
	doc.set("@graph", append([]object{ctdlMap(c, parts, lost)}, competencies...))
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		return nil, writing("CTDL", err)
	}
	if err := out.Flush(); err != nil {
		return nil, writing("CTDL", err)
	}
	return lost.list(), nil
}

func isConcept(u taxonomy.URI) bool { return u != "" && u != taxonomy.NoTerm }

// inLanguage is a text as CTDL wants it; "und" where its language is not known.
func inLanguage(text string, lang taxonomy.Lang) object {
	return object{{either(string(lang), "und"), text}}
}

// alsoAligned adds an alignment to a competency.
func alsoAligned(o object, property, target string) object {
	for i := range o {
		if o[i].key == property {
			o[i].value = append(o[i].value.([]string), target)
			return o
		}
	}
	return append(o, member{property, []string{target}})
}

// ctdlObject is a row as an AlignmentObject, and the slots it carries.
func ctdlObject(c *taxonomy.Crosswalk, m *taxonomy.Mapping, lost losses) (object, []string) {
	o := object{{"@type", "ceterms:AlignmentObject"}}
	var carried []string
	kind := ctdlValues[m.Predicate]
	switch {
	case m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm:
		if kind = "alignment:NoMatch"; m.Predicate != taxonomy.ExactMatch {
			lost.add(string(m.Predicate)+" of rows where no term was found", 1)
		}
	case kind == "":
		kind = "alignment:RelatedMatch"
		lost.add(string(m.Predicate)+", written as "+kind, 1)
	}
	o.set("ceterms:alignmentType", kind)
	if _, err := time.Parse(time.DateOnly, m.Date); err == nil {
		o.set("ceterms:alignmentDate", m.Date)
		carried = append(carried, "mapping_date")
	}
	if m.Comment != "" {
		o.set("ceterms:description", inLanguage(m.Comment, ""))
		carried = append(carried, "comment")
	}
	for _, side := range []struct {
		name, uri, label, slot string
		lang                   taxonomy.Lang
	}{{"ceterms:sourceNode", string(m.Subject), m.SubjectLabel, "subject_type", c.SubjectLang}, {"ceterms:targetNode", string(m.Object), m.ObjectLabel, "object_type", c.ObjectLang}} {
		if side.uri != "" && side.uri != string(taxonomy.NoTerm) {
			o.set(side.name, side.uri)
		}
		if side.uri == "" && slices.Equal(m.Slots[side.slot], []string{"rdfs literal"}) {
			carried = append(carried, side.slot)
		}
		if side.label != "" {
			o.set(side.name+"Name", inLanguage(side.label, side.lang))
		}
	}
	if m.Confidence != nil {
		o.set("ceterms:weight", *m.Confidence)
		carried = append(carried, "confidence")
	}
	return o, carried
}

// ctdlMap describes the set.
func ctdlMap(c *taxonomy.Crosswalk, parts []object, lost losses) object {
	carried := []string{"mapping_set_id", "mapping_set_title", "mapping_set_description", "mapping_set_version", "subject_lang", "object_lang", "curie_map"}
	o := object{{"@id", string(c.ID)}, {"@type", "ceterms:AlignmentMap"}, {"ceterms:ctid", "ce-" + source.UUID5("ctdl", string(c.ID))}}
	o.set("ceterms:name", inLanguage(either(c.Title, string(c.ID)), ""))
	if c.Description != "" {
		o.set("ceterms:description", inLanguage(c.Description, ""))
	}
	o.setText("ceterms:versionCode", c.Version)
	if c.SubjectSource != "" && c.ObjectSource != "" && importers.IsIRI(c.SubjectSource) && importers.IsIRI(c.ObjectSource) {
		o.set("ceterms:compares", []string{c.SubjectSource, c.ObjectSource})
		carried = append(carried, "subject_source", "object_source")
	}
	for _, s := range setSlotsOf(&c.MappingSet, carried...) {
		lost.add(strings.ReplaceAll(either(lossNames[s.name], "slot "+s.name), "frameworks of single rows", "slot "+s.name)+" of the set", 1)
	}
	if len(parts) > 0 {
		o.set("ceterms:hasPart", parts)
	}
	return o
}
