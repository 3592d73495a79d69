// Package portfolio sets what documents are about side by side: two of them
// (compare.go), one and an occupation (gap.go), or all that a person has as one
// skill profile (profile.go). It works on answers of the alignment engine and
// on what the store says of concepts, joins frameworks by the store's mappings
// (links.go), and claims nothing that neither a document states nor the engine
// proposes. It writes nothing to the store; cmd prints what comes out.
package portfolio

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"concord/alignment"
	"concord/taxonomy"
)

// A Head tells a document.
type Head struct {
	File   string `json:"file"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Digest string `json:"digest"`
	Signed bool   `json:"signed"`
}

// A Record is a document and the concepts it is about.
type Record struct {
	Head
	Claims  []Claim  // each concept of a release once: what it states in its order, then what is proposed, likeliest first
	Aside   []Claim  // what it states that is no skill: occupations, groups
	Unknown []string // names, else URIs, that it states and nothing loaded knows
}

// A Claim is a concept that a document is about, and why that is believed.
type Claim struct {
	URI         taxonomy.URI    `json:"uri"`
	Label       string          `json:"label"`
	Kind        taxonomy.Kind   `json:"kind"`
	Scheme      string          `json:"scheme"`
	Release     string          `json:"release"`
	Stated      alignment.State `json:"stated,omitempty"`      // of a statement of the document; blank: only proposed
	Probability float64         `json:"probability,omitempty"` // of the proposal; 0: only stated
	Predicate   taxonomy.Match  `json:"predicate,omitempty"`   // from the text to the concept, of the proposal
	Pointer     string          `json:"pointer"`               // of the strongest evidence, else of the statement
	Quote       string          `json:"quote,omitempty"`       // the words of the strongest evidence
}

// ref is the release of the concept.
func (c Claim) ref() taxonomy.Ref { return taxonomy.Ref{Scheme: c.Scheme, Version: c.Release} }

// RecordOf takes from an answer what its document is about. A retired concept
// counts as what replaces it where its release names one successor.
func RecordOf(ctx context.Context, store taxonomy.Reader, file string, a *alignment.Answer) (Record, error) {
	d := a.Document
	r := Record{Head: Head{file, d.Name, d.Type, d.Digest, d.Signed}}
	at := func(uri taxonomy.URI, scheme string) int {
		return slices.IndexFunc(r.Claims, func(c Claim) bool { return c.URI == uri && c.Scheme == scheme })
	}
	for _, st := range a.Stated {
		if st.Concept == "" {
			if name := cmp.Or(st.Name, string(st.URI), st.Code); name != "" && !slices.Contains(r.Unknown, name) {
				r.Unknown = append(r.Unknown, name)
			}
			continue
		}
		c, err := statedConcept(ctx, store, st)
		if err != nil {
			return Record{}, err
		}
		claim := Claim{URI: c.URI, Label: c.Pref(d.Lang).Text, Kind: c.Kind, Scheme: c.Release.Scheme, Release: c.Release.Version, Stated: st.State, Pointer: st.Pointer}
		switch {
		case !slices.Contains(alignment.SkillKinds, c.Kind):
			r.Aside = append(r.Aside, claim)
		case at(claim.URI, claim.Scheme) < 0:
			r.Claims = append(r.Claims, claim)
		}
	}
	for _, al := range a.Alignments {
		i := at(al.URI, al.Scheme)
		if i < 0 {
			i = len(r.Claims)
			r.Claims = append(r.Claims, Claim{URI: al.URI, Label: al.Label, Kind: al.Kind, Scheme: al.Scheme, Release: al.Release})
		}
		c := &r.Claims[i]
		c.Probability, c.Predicate = al.Probability, al.Predicate
		if len(al.Evidence) > 0 {
			c.Pointer, c.Quote = al.Evidence[0].Pointer, al.Evidence[0].Quote
		}
	}
	return r, nil
}

// statedConcept returns the concept of a statement that was recognised, or its
// successor in the current release.
func statedConcept(ctx context.Context, store taxonomy.Reader, st alignment.StatedAnswer) (*taxonomy.Concept, error) {
	if len(st.Instead) == 1 {
		c, err := store.Concept(ctx, taxonomy.Ref{Scheme: st.Scheme}, st.Instead[0])
		if err == nil || !errors.Is(err, taxonomy.ErrNotFound) {
			return c, err
		}
	}
	return store.Concept(ctx, taxonomy.Ref{Scheme: st.Scheme, Version: st.Release}, st.Concept)
}
