package bench

import (
	"context"

	"concord/alignment"
)

// engineRanker ranks with the alignment engine; system is one of alignment.Systems.
func engineRanker(e *alignment.Engine, system string, opt Options) Ranker {
	ask := alignment.RankOptions{Lang: opt.Lang, Kinds: opt.Kinds, Preferred: opt.Preferred, Top: opt.Top, System: system}
	return func(text string) ([]Prediction, error) {
		ranked, err := e.Rank(text, ask)
		if err != nil {
			return nil, err
		}
		out := make([]Prediction, len(ranked))
		for i, r := range ranked {
			out[i] = Prediction{ID: string(r.URI), Score: r.Score, Label: r.Label}
		}
		return out, nil
	}
}

// alignSystem is the answer a person gets, with its probabilities: concepts
// that only share the words of a better one are not in it.
const alignSystem = "align"

// leastProbable is low enough to see what the engine thinks of a sentence for
// which it would show nothing.
const leastProbable = 0.01

// alignRanker aligns each text as a document of one paragraph.
func alignRanker(ctx context.Context, e *alignment.Engine, opt Options) Ranker {
	ask := alignment.Options{Lang: opt.Lang, Kinds: opt.Kinds, Max: opt.Top, MinProbability: leastProbable}
	return func(text string) ([]Prediction, error) {
		d := &alignment.Document{Type: "text/plain", Texts: []alignment.Text{{
			Content: text, Masked: text, Blocks: []alignment.Block{{End: len(text), Role: alignment.RoleDescription}},
		}}}
		answer, err := e.Align(ctx, d, ask)
		if err != nil {
			return nil, err
		}
		out := make([]Prediction, len(answer.Alignments))
		for i, a := range answer.Alignments {
			out[i] = Prediction{ID: string(a.URI), Score: a.Score, Label: a.Label, Probability: a.Probability}
		}
		return out, nil
	}
}
