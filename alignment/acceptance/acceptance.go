// Package acceptance turns what a person accepts, by URI, by code or by a
// threshold of probability, into the alignments to write: the concept as its
// release has it, with what the engine has to say for it. It reads a store and
// writes nothing; package writeback puts what comes out into documents.
package acceptance

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

// A Source is what concepts are accepted from.
type Source struct {
	Engine   *alignment.Engine
	Store    taxonomy.Reader
	Releases []*taxonomy.Release // that Engine aligns with
}

// A Choice is a concept that a person accepts.
type Choice struct {
	Key       string         // URI or code
	Predicate taxonomy.Match // empty: the engine's
	concept   *taxonomy.Concept
}

// Named returns the chosen concepts as alignments to write, in the order they
// were named. A key that is no concept of the source is an ErrNotFound, one
// that is several an ErrConflict. data are the bytes of doc, of which what it
// states itself is no evidence.
func (s Source) Named(ctx context.Context, doc *alignment.Document, data []byte, list []Choice, opt alignment.Options) ([]writeback.Accepted, alignment.Identity, error) {
	doc, err := s.unstated(ctx, doc, data)
	if err != nil {
		return nil, alignment.Identity{}, err
	}
	if err := s.find(ctx, list); err != nil {
		return nil, alignment.Identity{}, err
	}
	return s.acceptNamed(ctx, doc, list, opt)
}

// Likely returns everything that is proposed with at least
// opt.MinProbability, best first, as alignments to write.
func (s Source) Likely(ctx context.Context, doc *alignment.Document, data []byte, opt alignment.Options) ([]writeback.Accepted, alignment.Identity, error) {
	doc, err := s.unstated(ctx, doc, data)
	if err != nil {
		return nil, alignment.Identity{}, err
	}
	answer, err := s.Engine.Align(ctx, doc, opt)
	if err != nil {
		return nil, alignment.Identity{}, err
	}
	var out []writeback.Accepted
	for _, al := range answer.Alignments {
		if al.Probability < opt.MinProbability {
			continue
		}
		c, err := s.Store.Concept(ctx, taxonomy.Ref{Scheme: al.Scheme, Version: al.Release}, al.URI)
		if err != nil {
			return nil, alignment.Identity{}, err
		}
		out = append(out, acceptedOf(c, s.release(c.Release), doc.Lang, &al))
	}
	return out, answer.Engine, nil
}

// unstated is doc without the names and descriptions of concepts that it states.
func (s Source) unstated(ctx context.Context, doc *alignment.Document, data []byte) (*alignment.Document, error) {
	var failed error
	doc = writeback.Unstated(doc, data, func(uri taxonomy.URI) bool {
		err := s.find(ctx, []Choice{{Key: string(uri)}})
		if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			failed = err
		}
		return err == nil
	})
	return doc, failed
}

// ParseChoices reads URI[=PREDICATE],… . A URI may hold an = sign itself.
func ParseChoices(list []string) ([]Choice, error) {
	var out []Choice
	for _, s := range strings.Split(strings.Join(list, ","), ",") {
		s = strings.TrimSpace(s)
		if s == "" {
			continue
		}
		n := Choice{Key: s}
		if i := strings.LastIndexByte(s, '='); i >= 0 {
			if m, ok := ParsePredicate(s[i+1:]); ok {
				n.Key, n.Predicate = s[:i], m
			} else if !strings.Contains(s[:i], "?") {
				return nil, fmt.Errorf("%w: %s: there is no predicate %q; the predicates are exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch", taxonomy.ErrInvalid, s, s[i+1:])
			}
		}
		out = append(out, n)
	}
	if len(list) > 0 && len(out) == 0 {
		return nil, fmt.Errorf("%w: no concept is named to accept", taxonomy.ErrInvalid)
	}
	return out, nil
}

// ParsePredicate reads a predicate as people write it: exactMatch, skos:exactMatch, exact.
func ParsePredicate(s string) (taxonomy.Match, bool) {
	for _, m := range taxonomy.Matches {
		if name := strings.TrimPrefix(string(m), "skos:"); s == string(m) || s == name || s == strings.TrimSuffix(name, "Match") {
			return m, true
		}
	}
	return "", false
}

// find fills in the concepts, from the chosen releases only.
func (s Source) find(ctx context.Context, list []Choice) error {
	for i := range list {
		var elsewhere *taxonomy.Concept
		for _, key := range writeback.Variants(list[i].Key) {
			found, err := s.Store.Find(ctx, key)
			if err != nil {
				return err
			}
			for _, c := range found {
				known := list[i].concept
				switch {
				case s.release(c.Release) == nil:
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
			return fmt.Errorf("%w: %s is not in %s but in %s; name that release to take it from there", taxonomy.ErrNotFound, list[i].Key, s.names(), elsewhere.Release)
		default:
			return fmt.Errorf("%w: no concept %s in %s; align the document or search for URIs, or load the framework it is from", taxonomy.ErrNotFound, list[i].Key, s.names())
		}
	}
	return nil
}

func (s Source) names() string {
	var out []string
	for _, r := range s.Releases {
		out = append(out, r.Ref.String())
	}
	return strings.Join(out, ", ")
}

func (s Source) release(ref taxonomy.Ref) *taxonomy.Release {
	for _, r := range s.Releases {
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
func (s Source) acceptNamed(ctx context.Context, doc *alignment.Document, list []Choice, opt alignment.Options) ([]writeback.Accepted, alignment.Identity, error) {
	kinds := slices.Clone(alignment.SkillKinds)
	for _, n := range list {
		kinds = append(kinds, n.concept.Kind)
	}
	opt.Kinds, opt.Max = kinds, 1000
	var identity alignment.Identity
	proposed := map[taxonomy.URI]*alignment.Alignment{}
	for _, least := range []float64{alignment.DefaultMinProbability, leastEvidence} {
		opt.MinProbability = least
		answer, err := s.Engine.Align(ctx, doc, opt)
		if err != nil {
			return nil, identity, err
		}
		identity = answer.Engine
		for i, al := range answer.Alignments {
			if proposed[al.URI] == nil {
				proposed[al.URI] = &answer.Alignments[i]
			}
		}
		if !slices.ContainsFunc(list, func(n Choice) bool { return proposed[n.concept.URI] == nil }) {
			break
		}
	}
	var out []writeback.Accepted
	for _, n := range list {
		al := proposed[n.concept.URI]
		if al != nil && (al.Scheme != n.concept.Release.Scheme || al.Release != n.concept.Release.Version) {
			al = nil
		}
		acc := acceptedOf(n.concept, s.release(n.concept.Release), doc.Lang, al)
		if n.Predicate != "" {
			acc.Predicate = n.Predicate // a person's word goes before the engine's
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
