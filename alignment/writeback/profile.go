package writeback

import (
	"fmt"
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// A profile is a way of writing alignments into a kind of document.
type profile struct {
	name  string
	part  string   // what gets the alignments, for messages
	types []string // starts of the Document.Type it is chosen for

	// holders returns the parts of a document that can get alignments, in
	// document order but for lead, which is first. lead says that the first
	// one may get what has no evidence of its own.
	holders func(root *source.Value) []*source.Value
	lead    bool

	stated func(w *writer, at *source.Value) []string               // targets that a part states already
	put    func(w *writer, at *source.Value, list []Accepted) error // adds to a part; none of list is there yet

	carries []string // facts beyond URI and label that the format has a place for
	table   func(req Request, root *source.Value) (*Outcome, error)
}

// Facts of an alignment that not every format has a place for.
const (
	factPredicate   = "predicate"
	factProbability = "probability"
	factEvidence    = "evidence"
	factRelease     = "release"
	factCode        = "code"
	factDescription = "description"
	factReviewer    = "reviewer"
	factTime        = "time"
)

// profiles returns every profile; for a type of document the first that names
// it is chosen.
func profiles() []profile {
	return []profile{
		{name: "clr2", part: "Achievement", types: []string{"CLR/2"}, holders: achievements, stated: obStated, put: putOB3, carries: obCarries},
		{name: "ob3-alignment", part: "Achievement", types: []string{"OpenBadge/3"}, holders: achievements, stated: obStated, put: putOB3, carries: obCarries},
		{name: "ob3-result", part: "credentialSubject with an Achievement", holders: subjects, stated: resultStated, put: putResult, carries: append([]string{factProbability}, obCarries...)},
		{name: "ob2", part: "BadgeClass", types: []string{"OpenBadge/"}, holders: badgeClasses, stated: obStated, put: putOB2, carries: obCarries},
		{name: "ctdl-credential", part: "credential, program, course or assessment", types: []string{"CTDL/"}, holders: ctdlNodes, lead: true, stated: ctdlStated, put: putCTDL,
			carries: []string{factPredicate, factRelease, factCode, factDescription, factTime}},
		{name: "ctdl-asn", part: "ceasn:Competency", types: []string{"CTDL-ASN"}, holders: competencies, stated: asnStated, put: putASN, carries: []string{factPredicate}},
		{name: "case", part: "CFItem of a CFPackage", types: []string{"CASE"}, holders: cfItems, stated: caseStated, put: putCASE, carries: []string{factPredicate, factTime}},
		{name: "schema.org", part: "course, learning resource or credential", types: []string{"schema.org"}, holders: schemaWorks, lead: true, stated: schemaStated, put: putSchema,
			carries: []string{factRelease, factCode, factDescription}},
		{name: "schema.org-alignment", part: "course or learning resource", holders: schemaWorks, lead: true, stated: alignmentObjectStated, put: putAlignmentObject,
			carries: []string{factRelease, factDescription}},
		{name: "elm", part: "LearningOutcome or LearningAchievementSpecification", types: []string{"ELM", "Europass"}, holders: learningOutcomes, stated: elmStated, put: putELM,
			carries: []string{factCode, factDescription}},
		{name: "xapi", part: "statement or activity", types: []string{"xAPI", "xapi"}, holders: xapiParts, stated: xapiStated, put: putXAPI,
			carries: []string{factPredicate, factProbability, factEvidence, factRelease, factCode, factReviewer, factTime}},
		{name: "rsd", part: "rich skill descriptor", types: []string{"RSD"}, holders: rsdSkills, stated: rsdStated, put: putRSD, carries: []string{factRelease}},
		{name: "rsd-csv", part: "rich skill descriptor", table: rsdTable},
		{name: "csv", table: csvTable},
		{name: "jsonl", table: jsonLines},
	}
}

// Profiles returns the names of all profiles.
func Profiles() []string {
	var names []string
	for _, p := range profiles() {
		names = append(names, p.name)
	}
	return names
}

// named returns the profile called name; "" is none.
func named(name string) (profile, error) {
	for _, p := range profiles() {
		if p.name == name {
			return p, nil
		}
	}
	if name == "" {
		return profile{}, nil
	}
	return profile{}, fmt.Errorf("%w: there is no profile %q; the profiles are %s", taxonomy.ErrInvalid, name, strings.Join(Profiles(), ", "))
}

// choose returns the profile for the document: by its type, else, where it is
// a page or no reader knows it, the first that finds a part to write to.
func (req Request) choose(root *source.Value) (profile, bool) {
	typ := ""
	if req.Document != nil {
		typ = req.Document.Type
	}
	for _, p := range profiles() {
		if slices.ContainsFunc(p.types, func(t string) bool { return strings.HasPrefix(typ, t) }) {
			return p, true
		}
	}
	for _, p := range profiles() {
		if len(p.types) > 0 && len(p.holders(root)) > 0 {
			return p, true
		}
	}
	return profile{}, false
}
