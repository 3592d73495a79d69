package mappings

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"concord/importers/source"
)

// What the JSON schemas of JSKOS 0.7 (resource, item, concept, bundle, mapping,
// concordance) ask of the fields of mappings and of what is in them.

// jskosFields are the fields by what they hold.
var jskosFields = map[string][]string{
	"uri":      {"uri", "justification", "namespace"},
	"uris":     {"type", "objectTypes"},
	"url":      {"url"},
	"date":     {"created", "issued", "modified"},
	"text":     {"version", "startDate", "endDate", "relatedDate", "extent", "uriPattern", "notationPattern"},
	"list":     {"identifier", "notation", "relatedDates", "depiction", "notationExamples", "languages"},
	"label":    {"prefLabel"},
	"labels":   {"altLabel", "hiddenLabel", "scopeNote", "definition", "example", "historyNote", "editorialNote", "changeNote", "note"},
	"item":     {"fromScheme", "toScheme"},
	"items":    {"creator", "contributor", "publisher", "partOf", "startPlace", "endPlace", "place", "replacedBy", "subject", "subjectOf", "source", "versionOf", "tool", "issueTracker", "issue", "guidelines", "narrower", "broader", "related", "previous", "next", "ancestors", "inScheme", "topConceptOf", "license", "topConcepts", "concepts", "types", "services", "distributions"},
	"members":  {"memberSet", "memberList", "memberChoice"},
	"bundle":   {"from", "to"},
	"relative": {"mappingRelevance"},
	"rank":     {"rank"},
	"any": {"@context", "annotations", "qualifiedRelations", "qualifiedDates", "qualifiedLiterals", "location", "address", "media", "mappings", "occurrences", "deprecated", "memberRoles",
		"api", "endpoint", "serves", "count", "database", "frequency", "relation", "schemes", "template", "separator", "date", "download", "format", "mimetype", "packageFormat", "compressFormat", "accessURL", "size", "checksum", "registries", "concordances", "mappingsets"},
}

// jskosKinds is jskosFields by field.
var jskosKinds = func() map[string]string {
	out := map[string]string{}
	for kind, names := range jskosFields { // each name occurs once
		for _, name := range names {
			out[name] = kind
		}
	}
	return out
}()

// jskosKind is what a field holds; "" for one that JSKOS does not have.
func jskosKind(name string) string { return jskosKinds[name] }

var (
	jskosOwn  = regexp.MustCompile(`^_|^[A-Z0-9]+$`) // fields that anyone may add
	jskosURI  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	jskosLang = regexp.MustCompile(`^([a-z]{1,8}(-[a-z0-9]{1,8})*-?|-)$`)
	jskosDate = regexp.MustCompile(`^-?\d{4}(-[01]\d)?$|^-?\d{4}-[01]\d-[0123]\dT[0-2]\d:[0-5]\d:[0-5]\d$`)
)

func isJSKOSURI(s string) bool {
	return jskosURI.MatchString(s) && !strings.ContainsAny(s, " <>\"{}|\\^`")
}

func isJSKOSDate(s string) bool {
	if jskosDate.MatchString(s) {
		return true
	}
	_, day := time.Parse(time.DateOnly, s)
	_, instant := time.Parse(time.RFC3339, s)
	return day == nil || instant == nil
}

// A breach is a rule of JSKOS that a value breaks.
type breach struct {
	at   *source.Value
	text string
}

// jskosBreach returns the first rule that an object breaks, or nil. Fields
// that JSKOS does not have are unknown's to tell.
func jskosBreach(v *source.Value, depth int) *breach {
	if v.Kind != source.Object {
		return &breach{v, "must be an object"}
	}
	if depth > 32 {
		return nil // deeper than anything that is read
	}
	for _, m := range v.Members {
		if b := fieldBreach(m.Key, m.Value, depth); b != nil {
			return b
		}
	}
	has := 0
	for _, name := range slices.Concat(jskosFields["members"], []string{"memberRoles"}) {
		if v.Get(name) != nil {
			has++
		}
	}
	if has > 1 {
		return &breach{v, "a bundle has only one of memberSet, memberList, memberChoice and memberRoles"}
	}
	return nil
}

func fieldBreach(name string, v *source.Value, depth int) *breach {
	wrong := func(at *source.Value, format string, args ...any) *breach {
		return &breach{at, fmt.Sprintf("%s %s", name, fmt.Sprintf(format, args...))}
	}
	isText := v.Kind == source.String
	switch kind := jskosKind(name); kind {
	case "uri":
		if !isText || !isJSKOSURI(v.Text) {
			return wrong(v, "must be a URI")
		}
	case "url":
		if !isText || !strings.HasPrefix(v.Text, "http://") && !strings.HasPrefix(v.Text, "https://") {
			return wrong(v, "must be an http or https URL")
		}
	case "date":
		if !isText || !isJSKOSDate(v.Text) {
			return wrong(v, "must be a date")
		}
	case "text":
		if !isText {
			return wrong(v, "must be a text")
		}
	case "rank":
		if !isText || !slices.Contains([]string{"normal", "preferred", "deprecated"}, v.Text) {
			return wrong(v, "must be normal, preferred or deprecated")
		}
	case "relative":
		if n, err := strconv.ParseFloat(v.Text, 64); v.Kind != source.Number || err != nil || !(n >= 0 && n <= 1) {
			return wrong(v, "must be a number from 0 to 1")
		}
	case "uris", "list", "items", "members":
		if v.Kind != source.Array {
			return wrong(v, "must be an array")
		}
		for _, x := range v.Items {
			switch {
			case x.Kind == source.Null && kind != "uris":
			case kind == "uris" && (x.Kind != source.String || !isJSKOSURI(x.Text)):
				return wrong(x, "must hold URIs")
			case kind == "list" && x.Kind != source.String:
				return wrong(x, "must hold texts")
			case kind == "items" || kind == "members":
				if b := jskosBreach(x, depth+1); b != nil {
					return b
				}
			}
		}
	case "item":
		return jskosBreach(v, depth+1)
	case "bundle":
		if b := jskosBreach(v, depth+1); b != nil {
			return b
		}
		for _, m := range slices.Concat(jskosFields["members"], []string{"memberRoles"}) {
			if v.Get(m) != nil {
				return nil
			}
		}
		return wrong(v, "must have one of memberSet, memberList and memberChoice")
	case "label", "labels":
		return labelBreach(kind, v, wrong)
	}
	return nil
}

// labelBreach checks a language map of texts, or of lists of texts.
func labelBreach(kind string, v *source.Value, wrong func(*source.Value, string, ...any) *breach) *breach {
	if v.Kind != source.Object {
		return wrong(v, "must be an object with a language for each text")
	}
	for _, m := range v.Members {
		switch {
		case !jskosLang.MatchString(m.Key):
			return wrong(m.Value, "has %q, which is no language tag in small letters", m.Key)
		case kind == "label" && (m.Value.Kind != source.String || m.Value.Text == ""):
			return wrong(m.Value, "must hold a text for each language")
		case kind == "labels" && m.Value.Kind != source.Array:
			return wrong(m.Value, "must hold an array of texts for each language")
		}
		for _, x := range m.Value.Items {
			if x.Kind != source.String || x.Text == "" {
				return wrong(x, "must hold texts only")
			}
		}
	}
	return nil
}

// jskosUnknown are the fields of an object that JSKOS does not have.
func jskosUnknown(v *source.Value) []*source.Value {
	var out []*source.Value
	for _, m := range v.Members {
		if jskosKind(m.Key) == "" && !jskosOwn.MatchString(m.Key) {
			out = append(out, m.Value)
		}
	}
	return out
}
