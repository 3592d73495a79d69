package suggest

import (
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// Crosswalk is the selected mappings as a mapping set. tool names the program
// and its version.
func (r *Result) Crosswalk(id taxonomy.URI, from, to *taxonomy.Release, tool, version string) *taxonomy.Crosswalk {
	x := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{
		ID: id, Title: fmt.Sprintf("Proposed mappings from %s to %s", r.From, r.To),
		SubjectSource: framework(from), SubjectVersion: from.Version, ObjectSource: framework(to), ObjectVersion: to.Version,
		Status: taxonomy.Proposed, Direction: taxonomy.Conforms,
		Slots: taxonomy.Slots{"mapping_tool": {tool}, "mapping_tool_version": {version}},
	}}
	for _, c := range r.Selected {
		confidence := c.Confidence
		m := taxonomy.Mapping{
			Set: id, Subject: c.Subject, SubjectLabel: c.SubjectLabel, SubjectKind: string(c.SubjectKind),
			Predicate: c.Predicate, Object: c.Object, ObjectLabel: c.ObjectLabel, ObjectKind: string(c.ObjectKind),
			Justification: taxonomy.CompositeMatching, Confidence: &confidence, Status: taxonomy.Proposed,
			Comment: c.Why(),
		}
		for _, l := range c.Labels() {
			if l.Same && !slices.Contains(m.Slots["match_string"], l.From) {
				if m.Slots == nil {
					m.Slots = taxonomy.Slots{}
				}
				m.Slots["match_string"] = append(m.Slots["match_string"], l.From)
			}
		}
		x.Mappings = append(x.Mappings, m)
	}
	return x
}

// framework is how a mapping set names the framework of a release.
func framework(r *taxonomy.Release) string {
	if r.URI != "" {
		return string(r.URI)
	}
	return r.Scheme
}

// A LabelPair is labels of the two concepts that resemble each other.
type LabelPair struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Same   bool    `json:"same,omitempty"` // they are of the same words
	Cosine float64 `json:"cosine"`         // of their words, rare ones counting more
}

// What is shown of labels.
const (
	shownLabels  = 3
	alikeLabels  = 0.5
	shownReasons = 3
)

// Labels returns the labels of the two concepts that resemble each other most.
func (c *Candidate) Labels() []LabelPair {
	u, p := c.run, &c.run.pairs[c.pair]
	var out []LabelPair
	for _, x := range u.from.labelsOf(p.from) {
		best := LabelPair{}
		for _, y := range u.to.labelsOf(p.to) {
			cos := x.words.cosine(y.words)
			if cos > best.Cosine {
				best = LabelPair{x.text, y.text, x.key == y.key, cos}
			}
		}
		if best.Cosine >= alikeLabels {
			best.Cosine = round(best.Cosine)
			out = append(out, best)
		}
	}
	slices.SortStableFunc(out, func(a, b LabelPair) int {
		switch {
		case a.Cosine > b.Cosine:
			return -1
		case a.Cosine < b.Cosine:
			return 1
		}
		return 0
	})
	return out[:min(shownLabels, len(out))]
}

// reasons says in words what a measure that adds to a score means.
var reasons = map[string]string{
	"prefPref": "names share words", "prefAny": "its name is like another label", "same": "same labels", "headAny": "names of the same kind of thing",
	"vecConcept": "meanings are near", "vecPrefAny": "its name means what a label means", "vecCoverTo": "labels mean the same",
	"vecDefinition": "definitions are near", "vecDoing": "tasks and skills are near", "vecTold": "definition fits tasks and skills",
	"textAll": "texts share words", "textGroup": "fits the group", "lead": "nearest of its candidates", "leadBack": "no other source is as near",
	"placeBack": "among the nearest sources", "inGroup": "others of the group are likely too", "sameURI": "same identifier", "sameCode": "same code",
	"bridge": "joined by mappings that were accepted",
}

// Why says in a few words what speaks most for the candidate: labels that are
// the same, then what adds most to its score.
func (c *Candidate) Why() string {
	var said []string
	for _, l := range c.Labels() {
		if l.Same {
			said = append(said, fmt.Sprintf("both are called %q", l.To))
			break
		}
	}
	for _, e := range c.Evidence()[1:] {
		text := reasons[e.Name]
		if e.Adds <= 0 || text == "" || e.Estimated || e.Name == "same" || len(said) >= shownReasons {
			continue
		}
		said = append(said, text)
	}
	return strings.Join(said, "; ")
}
