package mappings

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A slot is one slot of the SSSOM model (sssom_schema.yaml, SSSOM 1.1).
type slot struct {
	name   string
	kind   slotKind
	multi  bool // parted by | in a table, a list elsewhere
	down   bool // propagatable: said of a set it holds for every mapping of it
	late   bool // added in 1.1
	lethal bool // a mapping with a bad value here would say something else, so it is skipped
	min    float64
}

type slotKind int

const (
	text slotKind = iota
	entity
	uri
	number // min to 1
	date
	entityType
	modifier
	cardinality
	justification
)

// setSlots are the slots of a mapping set, in the order of the model, but for
// curie_map, mappings and extension_definitions, which are no values, and
// sssom_version, which is of the file.
var setSlots = []slot{
	{name: "mapping_set_id", kind: uri},
	{name: "mapping_set_version"},
	{name: "mapping_set_source", kind: uri, multi: true},
	{name: "mapping_set_title"},
	{name: "mapping_set_description"},
	{name: "mapping_set_confidence", kind: number, late: true},
	{name: "creator_id", kind: entity, multi: true},
	{name: "creator_label", multi: true},
	{name: "license", kind: uri},
	{name: "subject_type", kind: entityType, down: true},
	{name: "subject_source", kind: entity, down: true},
	{name: "subject_source_version", down: true},
	{name: "object_type", kind: entityType, down: true},
	{name: "object_source", kind: entity, down: true},
	{name: "object_source_version", down: true},
	{name: "predicate_type", kind: entityType, down: true, late: true},
	{name: "mapping_provider", kind: uri, down: true},
	{name: "cardinality_scope", multi: true, down: true, late: true},
	{name: "mapping_tool", down: true},
	{name: "mapping_tool_id", kind: entity, down: true, late: true},
	{name: "mapping_tool_version", down: true},
	{name: "mapping_date", kind: date, down: true},
	{name: "publication_date", kind: date},
	{name: "subject_match_field", kind: entity, multi: true, down: true},
	{name: "object_match_field", kind: entity, multi: true, down: true},
	{name: "subject_preprocessing", kind: entity, multi: true, down: true},
	{name: "object_preprocessing", kind: entity, multi: true, down: true},
	{name: "similarity_measure", down: true, late: true},
	{name: "curation_rule", kind: entity, multi: true, down: true, late: true},
	{name: "curation_rule_text", multi: true, down: true, late: true},
	{name: "see_also", kind: uri, multi: true},
	{name: "issue_tracker", kind: uri},
	{name: "other"},
	{name: "comment"},
}

// rowSlots are the slots of a mapping, in the order of the model.
var rowSlots = []slot{
	{name: "record_id", kind: entity, late: true},
	{name: "subject_id", kind: entity},
	{name: "subject_label"},
	{name: "subject_category"},
	{name: "predicate_id", kind: entity},
	{name: "predicate_label"},
	{name: "predicate_modifier", kind: modifier, lethal: true},
	{name: "object_id", kind: entity},
	{name: "object_label"},
	{name: "object_category"},
	{name: "mapping_justification", kind: justification, lethal: true},
	{name: "author_id", kind: entity, multi: true},
	{name: "author_label", multi: true},
	{name: "reviewer_id", kind: entity, multi: true},
	{name: "reviewer_label", multi: true},
	{name: "creator_id", kind: entity, multi: true},
	{name: "creator_label", multi: true},
	{name: "license", kind: uri},
	{name: "subject_type", kind: entityType, down: true, lethal: true},
	{name: "subject_source", kind: entity, down: true},
	{name: "subject_source_version", down: true},
	{name: "object_type", kind: entityType, down: true, lethal: true},
	{name: "object_source", kind: entity, down: true},
	{name: "object_source_version", down: true},
	{name: "predicate_type", kind: entityType, down: true, late: true},
	{name: "mapping_provider", kind: uri, down: true},
	{name: "mapping_source", kind: entity},
	{name: "mapping_cardinality", kind: cardinality},
	{name: "cardinality_scope", multi: true, down: true, late: true},
	{name: "mapping_tool", down: true},
	{name: "mapping_tool_id", kind: entity, down: true, late: true},
	{name: "mapping_tool_version", down: true},
	{name: "mapping_date", kind: date, down: true},
	{name: "publication_date", kind: date},
	{name: "review_date", kind: date, late: true},
	{name: "confidence", kind: number, lethal: true},
	{name: "reviewer_agreement", kind: number, min: -1, late: true},
	{name: "curation_rule", kind: entity, multi: true, down: true},
	{name: "curation_rule_text", multi: true, down: true},
	{name: "subject_match_field", kind: entity, multi: true, down: true},
	{name: "object_match_field", kind: entity, multi: true, down: true},
	{name: "match_string", multi: true},
	{name: "subject_preprocessing", kind: entity, multi: true, down: true},
	{name: "object_preprocessing", kind: entity, multi: true, down: true},
	{name: "similarity_score", kind: number},
	{name: "similarity_measure", down: true},
	{name: "see_also", kind: uri, multi: true},
	{name: "issue_tracker_item", kind: entity},
	{name: "other"},
	{name: "comment"},
}

func slotNamed(slots []slot, name string) *slot {
	if i := slices.IndexFunc(slots, func(s slot) bool { return s.name == name }); i >= 0 {
		return &slots[i]
	}
	return nil
}

// reserved is a name that no extension slot may have.
func reserved(name string) bool {
	switch name {
	case "sssom_version", "curie_map", "mappings", "extension_definitions", "@context", "@id", "@type":
		return true
	}
	return slotNamed(setSlots, name) != nil || slotNamed(rowSlots, name) != nil
}

// entityTypes is entity_type_enum: the value, and the term that it means,
// which some files write in its place.
var entityTypes = [][2]string{
	{"owl class", "owl:Class"}, {"owl object property", "owl:ObjectProperty"}, {"owl data property", "owl:DataProperty"},
	{"owl annotation property", "owl:AnnotationProperty"}, {"owl named individual", "owl:NamedIndividual"},
	{"skos concept", "skos:Concept"}, {"rdfs resource", "rdfs:Resource"}, {"rdfs class", "rdfs:Class"},
	{literal, "rdfs:Literal"}, {"rdfs datatype", "rdfs:Datatype"}, {"rdf property", "rdf:Property"},
	{"composed entity expression", "sssom:ComposedEntityExpression"},
}

// literal is the type of a side that has a label and no identifier.
const literal = "rdfs literal"

var cardinalities = []string{"1:1", "1:n", "n:1", "n:n", "1:0", "0:1", "0:0"}

// justifications is the terms of SEMAPV that a mapping may be justified by.
var justifications = []string{"MappingReview", "ManualMappingCuration", "LogicalReasoning", "LexicalMatching", "CompositeMatching",
	"UnspecifiedMatching", "SemanticSimilarityThresholdMatching", "LexicalSimilarityThresholdMatching", "MappingChaining",
	"MappingInversion", "StructuralMatching", "InstanceBasedMatching", "BackgroundKnowledgeBasedMatching"}

// clean returns a value as the model writes it, or what it should be.
func (s *slot) clean(v string) (clean, want string) {
	switch s.kind {
	case number:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(f) || f < s.min || f > 1 {
			return v, "a number from " + strconv.FormatFloat(s.min, 'f', -1, 64) + " to 1"
		}
		return strconv.FormatFloat(f, 'f', -1, 64), ""
	case date:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return v, "a date like 2026-01-15"
		}
	case entityType:
		i := slices.IndexFunc(entityTypes, func(t [2]string) bool { return strings.EqualFold(t[0], v) || t[1] == v })
		if i < 0 {
			return v, "a type of entity that SSSOM knows, like “skos concept”"
		}
		return entityTypes[i][0], ""
	case modifier:
		if !strings.EqualFold(v, "not") {
			return v, "“Not” or nothing"
		}
		return "Not", ""
	case cardinality:
		if !slices.Contains(cardinalities, v) {
			return v, "one of " + strings.Join(cardinalities, ", ")
		}
	case justification:
		local := strings.TrimPrefix(strings.TrimPrefix(v, builtin["semapv"]), "semapv:")
		if len(local) == len(v) || !slices.Contains(justifications, local) {
			return v, "a term of SEMAPV, like semapv:ManualMappingCuration"
		}
		return "semapv:" + local, ""
	}
	return v, ""
}

// parted splits the values of a cell at |, unless it stands behind a backslash.
func parted(cell string) []string {
	var out []string
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		switch {
		case cell[i] == '\\' && i+1 < len(cell) && (cell[i+1] == '|' || cell[i+1] == '\\'):
			i++
			b.WriteByte(cell[i])
		case cell[i] == '|':
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
		default:
			b.WriteByte(cell[i])
		}
	}
	return append(out, strings.TrimSpace(b.String()))
}

// joined is parted backwards.
func joined(values []string) string {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = strings.NewReplacer(`\`, `\\`, "|", `\|`).Replace(v)
	}
	return strings.Join(escaped, "|")
}
