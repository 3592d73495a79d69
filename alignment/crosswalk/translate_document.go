package crosswalk

import (
	"context"

	"concord/alignment"
	"concord/taxonomy"
)

// A DocumentTranslation is what an alignment of a document is in another framework.
type DocumentTranslation struct {
	Document string `json:"document"` // digest
	Name     string `json:"name,omitempty"`
	Pointer  string `json:"pointer"`          // of the statement, or of the strongest evidence
	From     string `json:"from"`             // FromStated or FromProposed
	Why      string `json:"why,omitempty"`    // of a statement: how its concept was recognised, or why not
	Stated   string `json:"stated,omitempty"` // name, else URI or code, of a statement that was not recognised

	Predicate   taxonomy.Match `json:"predicate,omitempty"`   // from the text to the concept, of a proposal
	Probability float64        `json:"probability,omitempty"` // of a proposal
	*Translated                // nil where the statement was not recognised
	Together    []Together     `json:"together,omitempty"` // of a proposal: for each translation, in order
}

// Together says how the text of a document stands to a translation: by the
// predicate of the proposal and the way from there (Compose).
type Together struct {
	*Claim             // nil: the two say nothing together
	Confidence float64 `json:"confidence,omitempty"` // probability of the proposal × confidence of the translation × Decay
}

// Where a DocumentTranslation comes from.
const (
	FromStated   = "stated"   // the document's publisher claims it
	FromProposed = "proposed" // the alignment engine proposes it
)

// TranslateAnswer translates what a document states and what is proposed for it,
// in the order of the answer. Concepts of an answer are looked up in the
// releases that it names.
func (g *Graph) TranslateAnswer(ctx context.Context, a *alignment.Answer, to *Framework) ([]DocumentTranslation, error) {
	var lang taxonomy.Lang
	var head DocumentTranslation
	if a.Document != nil {
		lang = a.Document.Lang
		head = DocumentTranslation{Document: a.Document.Digest, Name: a.Document.Name}
	}
	var out []DocumentTranslation
	for _, st := range a.Stated {
		d := head
		d.From, d.Pointer, d.Why = FromStated, st.Pointer, st.Why
		uri, ref := st.Concept, taxonomy.Ref{Scheme: st.Scheme, Version: st.Release}
		if uri == "" {
			// What is not loaded may still be mapped.
			steps, err := g.Steps(ctx, st.URI)
			if err != nil {
				return nil, err
			}
			if len(steps) > 0 {
				uri, ref = st.URI, taxonomy.Ref{}
			}
		}
		if uri == "" {
			d.Stated = firstOf(st.Name, string(st.URI), st.Code)
			out = append(out, d)
			continue
		}
		var err error
		if d.Translated, err = g.Translate(ctx, uri, ref, to, lang); err != nil {
			return nil, err
		}
		d.Label = firstOf(st.Label, st.Name)
		out = append(out, d)
	}
	for _, al := range a.Alignments {
		d := head
		d.From, d.Predicate, d.Probability = FromProposed, al.Predicate, al.Probability
		if len(al.Evidence) > 0 {
			d.Pointer = al.Evidence[0].Pointer
		}
		var err error
		if d.Translated, err = g.Translate(ctx, al.URI, taxonomy.Ref{Scheme: al.Scheme, Version: al.Release}, to, lang); err != nil {
			return nil, err
		}
		d.Label = al.Label
		for _, t := range d.Translations {
			var both Together
			if claim, ok := Compose(Claim{Predicate: al.Predicate}, t.Claim); ok {
				both = Together{&claim, rounded(al.Probability * t.Confidence * Decay)}
			}
			d.Together = append(d.Together, both)
		}
		out = append(out, d)
	}
	return out, nil
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
