package writeback

import (
	"concord/importers/source"
	"concord/taxonomy"
)

// competencies returns the ceasn:Competency nodes of a CTDL-ASN document.
func competencies(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range graphOf(root) {
		if text, _ := get(v, "competencyText", ceasn); v.HasType("Competency") && text != nil {
			out = append(out, v)
		}
	}
	return out
}

// asnProperty is the property for a predicate. Without one the kind of the
// concept tells: the competency embodies a skill, knowledge, an ability or a
// task, which claims no match.
func asnProperty(a Accepted) string {
	switch a.Predicate {
	case taxonomy.ExactMatch:
		return "exactAlignment"
	case taxonomy.CloseMatch:
		return "majorAlignment" // major overlap of relevant concepts
	case taxonomy.BroadMatch:
		return "broadAlignment" // the referenced competency is the broader one
	case taxonomy.NarrowMatch:
		return "narrowAlignment"
	case taxonomy.RelatedMatch:
		return "minorAlignment" // minor overlap
	}
	switch a.Kind {
	case taxonomy.Knowledge:
		return "knowledgeEmbodied"
	case taxonomy.Ability, taxonomy.WorkStyle:
		return "abilityEmbodied"
	case taxonomy.Task, taxonomy.Activity:
		return "taskEmbodied"
	}
	return "skillEmbodied"
}

var asnProperties = []string{"exactAlignment", "majorAlignment", "broadAlignment", "narrowAlignment", "minorAlignment",
	"skillEmbodied", "knowledgeEmbodied", "abilityEmbodied", "taskEmbodied", "alignTo"}

// asnStated returns what a competency is aligned with or embodies.
func asnStated(_ *writer, at *source.Value) []string {
	var out []string
	for _, name := range asnProperties {
		list, _ := get(at, name, ceasn)
		out = append(out, list.Strings()...)
	}
	return out
}

// putASN adds the URIs, as references where the document has them so.
func putASN(w *writer, at *source.Value, list []Accepted) error {
	for _, a := range list {
		old, key := get(at, asnProperty(a), ceasn)
		if old == nil {
			key = ceasn + asnProperty(a)
		}
		var item any = string(a.URI)
		if items := old.List(); len(items) > 0 && items[0].Kind == source.Object {
			item = object{{"@id", string(a.URI)}}
		}
		if err := w.append(at, key, item); err != nil {
			return err
		}
		w.spots[a.URI] = w.pointer
	}
	return nil
}
