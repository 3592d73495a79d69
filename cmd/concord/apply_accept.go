package main

import (
	"context"

	"concord/alignment"
	"concord/alignment/acceptance"
	"concord/alignment/writeback"
	"concord/taxonomy"
)

// accepted returns the alignments to write, in the order they were named or
// best first.
func (a *app) accepted(ctx context.Context, doc *alignment.Document, data []byte, in applying) ([]writeback.Accepted, alignment.Identity, error) {
	none := alignment.Identity{}
	kinds, err := parseKinds(in.kinds)
	if err != nil {
		return nil, none, err
	}
	list, err := acceptance.ParseChoices(in.accept)
	if err != nil {
		return nil, none, err
	}
	engine, p, rels, done, err := a.openEngine(ctx, in.schemes)
	if err != nil {
		return nil, none, err
	}
	defer done()
	from := acceptance.Source{Engine: engine, Store: p, Releases: rels}
	opt := alignment.Options{Lang: taxonomy.ParseLang(in.lang), Kinds: kinds, Max: in.most, MinProbability: in.least}
	if len(in.accept) > 0 {
		return from.Named(ctx, doc, data, list, opt)
	}
	return from.Likely(ctx, doc, data, opt)
}
