package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
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
	list, err := parseAccept(in.accept)
	if err != nil {
		return nil, none, err
	}
	engine, p, rels, done, err := a.openEngine(ctx, in.schemes)
	if err != nil {
		return nil, none, err
	}
	defer done()
	var failed error
	doc = writeback.Unstated(doc, data, func(uri taxonomy.URI) bool {
		n := []named{{key: string(uri)}}
		err := find(ctx, p, rels, n)
		if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			failed = err
		}
		return err == nil
	})
	if failed != nil {
		return nil, none, failed
	}
	opt := alignment.Options{Lang: taxonomy.ParseLang(in.lang), Kinds: kinds, Max: in.most, MinProbability: in.least}
	if len(in.accept) > 0 {
		if err := find(ctx, p, rels, list); err != nil {
			return nil, none, err
		}
		return a.acceptNamed(ctx, engine, rels, doc, list, opt)
	}
	answer, err := engine.Align(ctx, doc, opt)
	if err != nil {
		return nil, none, err
	}
	var out []writeback.Accepted
	for _, al := range answer.Alignments {
		if al.Probability < in.least {
			continue
		}
		c, err := p.Concept(ctx, taxonomy.Ref{Scheme: al.Scheme, Version: al.Release}, al.URI)
		if err != nil {
			return nil, none, err
		}
		out = append(out, acceptedOf(c, releaseOf(rels, c.Release), doc.Lang, &al))
	}
	return out, answer.Engine, nil
}

// A named is one --accept: what was written, and the concept it is.
type named struct {
	key       string
	predicate taxonomy.Match
	concept   *taxonomy.Concept
}

var predicates = []taxonomy.Match{taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.BroadMatch, taxonomy.NarrowMatch, taxonomy.RelatedMatch}

// parseAccept reads URI[=PREDICATE],… . A URI may hold an = sign itself.
func parseAccept(list []string) ([]named, error) {
	var out []named
	for _, s := range strings.Split(strings.Join(list, ","), ",") {
		s = strings.TrimSpace(s)
		if s == "" {
			continue
		}
		n := named{key: s}
		if i := strings.LastIndexByte(s, '='); i >= 0 {
			if m, ok := parsePredicate(s[i+1:]); ok {
				n.key, n.predicate = s[:i], m
			} else if !strings.Contains(s[:i], "?") {
				return nil, fmt.Errorf("%w: --accept %s: there is no predicate %q; the predicates are exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch", taxonomy.ErrInvalid, s, s[i+1:])
			}
		}
		out = append(out, n)
	}
	if len(list) > 0 && len(out) == 0 {
		return nil, fmt.Errorf("%w: --accept names no concept", taxonomy.ErrInvalid)
	}
	return out, nil
}

func parsePredicate(s string) (taxonomy.Match, bool) {
	for _, m := range predicates {
		if name := strings.TrimPrefix(string(m), "skos:"); s == string(m) || s == name || s == strings.TrimSuffix(name, "Match") {
			return m, true
		}
	}
	return "", false
}

// find fills in the concepts, from the chosen releases only.
func find(ctx context.Context, p *place, rels []*taxonomy.Release, list []named) error {
	for i := range list {
		var elsewhere *taxonomy.Concept
		for _, key := range writeback.Variants(list[i].key) {
			found, err := p.Find(ctx, key)
			if err != nil {
				return err
			}
			for _, c := range found {
				known := list[i].concept
				switch {
				case releaseOf(rels, c.Release) == nil:
					elsewhere = c
				case known == nil:
					list[i].concept = c
				case known.URI != c.URI && string(known.URI) != key && string(c.URI) != key:
					return fmt.Errorf("%w: %s is the code of %s (%s) and of %s (%s); give the URI of one", taxonomy.ErrConflict, key, known.URI, known.Release, c.URI, c.Release)
				}
			}
		}
		switch {
		case list[i].concept != nil:
		case elsewhere != nil:
			return fmt.Errorf("%w: %s is not in %s but in %s; say --scheme %s to take it from there", taxonomy.ErrNotFound, list[i].key, names(rels), elsewhere.Release, elsewhere.Release)
		default:
			return fmt.Errorf("%w: no concept %s in %s; see concord align FILE or concord search for URIs, or import the framework it is from", taxonomy.ErrNotFound, list[i].key, names(rels))
		}
	}
	return nil
}

func names(rels []*taxonomy.Release) string {
	var out []string
	for _, r := range rels {
		out = append(out, r.Ref.String())
	}
	return strings.Join(out, ", ")
}

func releaseOf(rels []*taxonomy.Release, ref taxonomy.Ref) *taxonomy.Release {
	for _, r := range rels {
		if r.Ref == ref {
			return r
		}
	}
	return nil
}

// leastEvidence is the probability down to which evidence is looked for of
// what a person has accepted although align would not have proposed it.
const leastEvidence = 0.01

// acceptNamed returns the named concepts with what the engine has to say for
// each: first as align proposes, then below its bar.
func (a *app) acceptNamed(ctx context.Context, engine *alignment.Engine, rels []*taxonomy.Release, doc *alignment.Document, list []named, opt alignment.Options) ([]writeback.Accepted, alignment.Identity, error) {
	kinds := slices.Clone(alignment.SkillKinds)
	for _, n := range list {
		kinds = append(kinds, n.concept.Kind)
	}
	opt.Kinds, opt.Max = kinds, 1000
	var identity alignment.Identity
	proposed := map[taxonomy.URI]*alignment.Alignment{}
	for _, least := range []float64{alignment.DefaultMinProbability, leastEvidence} {
		opt.MinProbability = least
		answer, err := engine.Align(ctx, doc, opt)
		if err != nil {
			return nil, identity, err
		}
		identity = answer.Engine
		for i, al := range answer.Alignments {
			if proposed[al.URI] == nil {
				proposed[al.URI] = &answer.Alignments[i]
			}
		}
		if !slices.ContainsFunc(list, func(n named) bool { return proposed[n.concept.URI] == nil }) {
			break
		}
	}
	var out []writeback.Accepted
	for _, n := range list {
		al := proposed[n.concept.URI]
		if al != nil && (al.Scheme != n.concept.Release.Scheme || al.Release != n.concept.Release.Version) {
			al = nil
		}
		acc := acceptedOf(n.concept, releaseOf(rels, n.concept.Release), doc.Lang, al)
		if n.predicate != "" {
			acc.Predicate = n.predicate // a person's word goes before the engine's
		}
		out = append(out, acc)
	}
	return out, identity, nil
}

// acceptedOf joins a concept with what the engine says of it; al may be nil.
func acceptedOf(c *taxonomy.Concept, rel *taxonomy.Release, lang taxonomy.Lang, al *alignment.Alignment) writeback.Accepted {
	label := c.Pref(lang)
	if al != nil {
		label.Text, label.Lang = al.Label, al.Lang
	}
	out := writeback.Accepted{URI: c.URI, Label: label.Text, Lang: label.Lang, Kind: c.Kind, Code: c.Code, Scheme: rel.Scheme, Release: rel.Version, ReleaseDigest: rel.Digest,
		Framework: writeback.Framework{Title: rel.Title, URI: rel.URI, Format: rel.Format}}
	if note := c.Note(taxonomy.Definition, label.Lang); note.Lang == label.Lang {
		out.Description = strings.TrimSpace(note.Text)
	}
	if al != nil {
		out.Predicate, out.Probability, out.Evidence = al.Predicate, al.Probability, al.Evidence
	}
	return out
}
