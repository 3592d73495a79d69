package mappings

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An sssomSlot is one slot of the SSSOM model (sssom_schema.yaml, SSSOM 1.1).
type sssomSlot struct {
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
	textKind slotKind = iota
	entityKind
	uriKind
	numberKind // min to 1
	dateKind
	entityTypeKind
	modifierKind
	cardinalityKind
	justificationKind
)

// setSlots are the slots of a mapping set, in the order of the model, but for
// curie_map, mappings and extension_definitions, which are no values, and
// sssom_version, which is of the file.
var setSlots = []sssomSlot{
	{name: "mapping_set_id", kind: uriKind},
	{name: "mapping_set_version"},
	{name: "mapping_set_source", kind: uriKind, multi: true},
	{name: "mapping_set_title"},
	{name: "mapping_set_description"},
	{name: "mapping_set_confidence", kind: numberKind, late: true},
	{name: "creator_id", kind: entityKind, multi: true},
	{name: "creator_label", multi: true},
	{name: "license", kind: uriKind},
	{name: "subject_type", kind: entityTypeKind, down: true},
	{name: "subject_source", kind: entityKind, down: true},
	{name: "subject_source_version", down: true},
	{name: "object_type", kind: entityTypeKind, down: true},
	{name: "object_source", kind: entityKind, down: true},
	{name: "object_source_version", down: true},
	{name: "predicate_type", kind: entityTypeKind, down: true, late: true},
	{name: "mapping_provider", kind: uriKind, down: true},
	{name: "cardinality_scope", multi: true, down: true, late: true},
	{name: "mapping_tool", down: true},
	{name: "mapping_tool_id", kind: entityKind, down: true, late: true},
	{name: "mapping_tool_version", down: true},
	{name: "mapping_date", kind: dateKind, down: true},
	{name: "publication_date", kind: dateKind},
	{name: "subject_match_field", kind: entityKind, multi: true, down: true},
	{name: "object_match_field", kind: entityKind, multi: true, down: true},
	{name: "subject_preprocessing", kind: entityKind, multi: true, down: true},
	{name: "object_preprocessing", kind: entityKind, multi: true, down: true},
	{name: "similarity_measure", down: true, late: true},
	{name: "curation_rule", kind: entityKind, multi: true, down: true, late: true},
	{name: "curation_rule_text", multi: true, down: true, late: true},
	{name: "see_also", kind: uriKind, multi: true},
	{name: "issue_tracker", kind: uriKind},
	{name: "other"},
	{name: "comment"},
}

// rowSlots are the slots of a mapping, in the order of the model.
var rowSlots = []sssomSlot{
	{name: "record_id", kind: entityKind, late: true},
	{name: "subject_id", kind: entityKind},
	{name: "subject_label"},
	{name: "subject_category"},
	{name: "predicate_id", kind: entityKind},
	{name: "predicate_label"},
	{name: "predicate_modifier", kind: modifierKind, lethal: true},
	{name: "object_id", kind: entityKind},
	{name: "object_label"},
	{name: "object_category"},
	{name: "mapping_justification", kind: justificationKind, lethal: true},
	{name: "author_id", kind: entityKind, multi: true},
	{name: "author_label", multi: true},
	{name: "reviewer_id", kind: entityKind, multi: true},
	{name: "reviewer_label", multi: true},
	{name: "creator_id", kind: entityKind, multi: true},
	{name: "creator_label", multi: true},
	{name: "license", kind: uriKind},
	{name: "subject_type", kind: entityTypeKind, down: true, lethal: true},
	{name: "subject_source", kind: entityKind, down: true},
	{name: "subject_source_version", down: true},
	{name: "object_type", kind: entityTypeKind, down: true, lethal: true},
	{name: "object_source", kind: entityKind, down: true},
	{name: "object_source_version", down: true},
	{name: "predicate_type", kind: entityTypeKind, down: true, late: true},
	{name: "mapping_provider", kind: uriKind, down: true},
	{name: "mapping_source", kind: entityKind},
	{name: "mapping_cardinality", kind: cardinalityKind},
	{name: "cardinality_scope", multi: true, down: true, late: true},
	{name: "mapping_tool", down: true},
	{name: "mapping_tool_id", kind: entityKind, down: true, late: true},
	{name: "mapping_tool_version", down: true},
	{name: "mapping_date", kind: dateKind, down: true},
	{name: "publication_date", kind: dateKind},
	{name: "review_date", kind: dateKind, late: true},
	{name: "confidence", kind: numberKind, lethal: true},
	{name: "reviewer_agreement", kind: numberKind, min: -1, late: true},
	{name: "curation_rule", kind: entityKind, multi: true, down: true},
	{name: "curation_rule_text", multi: true, down: true},
	{name: "subject_match_field", kind: entityKind, multi: true, down: true},
	{name: "object_match_field", kind: entityKind, multi: true, down: true},
	{name: "match_string", multi: true},
	{name: "subject_preprocessing", kind: entityKind, multi: true, down: true},
	{name: "object_preprocessing", kind: entityKind, multi: true, down: true},
	{name: "similarity_score", kind: numberKind},
	{name: "similarity_measure", down: true},
	{name: "see_also", kind: uriKind, multi: true},
	{name: "issue_tracker_item", kind: entityKind},
	{name: "other"},
	{name: "comment"},
}

func slotNamed(slots []sssomSlot, name string) *sssomSlot {
	if i := slices.IndexFunc(slots, func(s sssomSlot) bool { return s.name == name }); i >= 0 {
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
	{rdfsLiteral, "rdfs:Literal"}, {"rdfs datatype", "rdfs:Datatype"}, {"rdf property", "rdf:Property"},
	{"composed entity expression", "sssom:ComposedEntityExpression"},
}

// rdfsLiteral is the type of a side that has a label and no identifier.
const rdfsLiteral = "rdfs literal"

var cardinalities = []string{"1:1", "1:n", "n:1", "n:n", "1:0", "0:1", "0:0"}

// justifications is the terms of SEMAPV that a mapping may be justified by.
var justifications = []string{"MappingReview", "ManualMappingCuration", "LogicalReasoning", "LexicalMatching", "CompositeMatching",
	"UnspecifiedMatching", "SemanticSimilarityThresholdMatching", "LexicalSimilarityThresholdMatching", "MappingChaining",
	"MappingInversion", "StructuralMatching", "InstanceBasedMatching", "BackgroundKnowledgeBasedMatching"}

// clean returns a value as the model writes it, or what it should be.
func (s *sssomSlot) clean(v string) (clean, want string) {
	switch s.kind {
	case numberKind:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(f) || f < s.min || f > 1 {
			return v, "a number from " + strconv.FormatFloat(s.min, 'f', -1, 64) + " to 1"
		}
		return strconv.FormatFloat(f, 'f', -1, 64), ""
	case dateKind:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return v, "a date like 2026-01-15"
		}
	case entityTypeKind:
		i := slices.IndexFunc(entityTypes, func(t [2]string) bool { return strings.EqualFold(t[0], v) || t[1] == v })
		if i < 0 {
			return v, "a type of entity that SSSOM knows, like “skos concept”"
		}
		return entityTypes[i][0], ""
	case modifierKind:
		if !strings.EqualFold(v, "not") {
			return v, "“Not” or nothing"
		}
		return "Not", ""
	case cardinalityKind:
		if !slices.Contains(cardinalities, v) {
			return v, "one of " + strings.Join(cardinalities, ", ")
		}
	case justificationKind:
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
