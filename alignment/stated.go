package alignment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// recognise says what the releases of the engine know of an alignment that a
// document states: by URI in any form that is known for it, by code, or by name
// within the framework it names.
func (e *Engine) recognise(st Stated, lang taxonomy.Lang) StatedAnswer {
	uris := uriForms(st.URI)
	for _, s := range e.snaps {
		for i, uri := range uris {
			if c, ok := s.concept(uri); ok {
				why := "its URI"
				if i > 0 {
					why = "another form of its URI"
				}
				return s.confirmed(st, c, lang, why)
			}
		}
	}
	for _, s := range e.snaps {
		if code, sure := codeOf(st, s.Stamp.Scheme); code != "" {
			if c, ok := s.byCode(code, sure, st.Name); ok {
				return s.confirmed(st, c, lang, fmt.Sprintf("its code %s", code))
			}
		}
		if st.Name != "" && FrameworkIs(st.Framework, s.Stamp.Scheme, "") {
			if c, ok := s.byName(st.Name); ok {
				return s.confirmed(st, c, lang, "its name in the framework it names")
			}
		}
	}
	return StatedAnswer{Stated: st, State: StateUnknown, Why: "no release that was matched against has it"}
}

func (s *Snapshot) confirmed(st Stated, c uint32, lang taxonomy.Lang, by string) StatedAnswer {
	return StatedAnswer{Stated: st, State: StateConfirmed, Why: "recognised by " + by, Concept: taxonomy.URI(strings.Clone(s.uri.at(c))),
		Label: strings.Clone(s.pref(c, lang).Text), Scheme: s.Stamp.Scheme, Release: s.Stamp.Version}
}

// byCode finds the concept with a code. If the code is not surely this
// scheme's, the document must also call the concept by a name it has.
func (s *Snapshot) byCode(code string, sure bool, name string) (uint32, bool) {
	for c := range uint32(len(s.kind)) {
		if s.code.at(c) == code && (sure || s.named(c, name)) {
			return c, true
		}
	}
	return 0, false
}

// named reports whether a concept has the name among its labels.
func (s *Snapshot) named(c uint32, name string) bool {
	for l := s.first[c]; l < s.first[c+1]; l++ {
		if s.form[l] != formKeyword && sameName(s.label.at(l), name) {
			return true
		}
	}
	return false
}

// byName finds the concept with a preferred label, else the only one with
// another label, that is the name.
func (s *Snapshot) byName(name string) (uint32, bool) {
	var other []uint32
	for l := range uint32(s.label.len()) {
		if s.form[l] == formKeyword || !sameName(s.label.at(l), name) {
			continue
		}
		if s.form[l] == formPref {
			return s.owner[l], true
		}
		if !slices.Contains(other, s.owner[l]) {
			other = append(other, s.owner[l])
		}
	}
	if len(other) == 1 {
		return other[0], true
	}
	return 0, false
}

func sameName(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) && b != ""
}

// Recognise completes what an answer says of the alignments that its document
// states: it looks them up in every release of the store, and asks of those that
// are confirmed whether the text is about them. lang is the language the
// document was read in, as in Options.
func (e *Engine) Recognise(ctx context.Context, store taxonomy.Reader, a *Answer, lang taxonomy.Lang) error {
	if len(a.Stated) == 0 {
		return nil
	}
	schemes, err := store.Schemes(ctx)
	if err != nil {
		return err
	}
	if lang = (&aligner{e: e, opt: Options{Lang: lang}}).language(a.Document); lang == "" {
		lang = "en"
	}
	for i := range a.Stated {
		if err := lookUp(ctx, store, schemes, &a.Stated[i], lang); err != nil {
			return err
		}
	}
	return e.doubt(ctx, a, lang)
}

// LookUp says what the releases of the store know of alignments that a document
// states, without asking whether its text is about them. Labels are in lang
// where there are any.
func LookUp(ctx context.Context, store taxonomy.Reader, stated []Stated, lang taxonomy.Lang) ([]StatedAnswer, error) {
	schemes, err := store.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]StatedAnswer, len(stated))
	for i, st := range stated {
		out[i] = StatedAnswer{Stated: st, State: StateUnknown}
		if err := lookUp(ctx, store, schemes, &out[i], lang); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lookUp finds a statement in the store: in the current release of a scheme it
// is confirmed, in older ones only it is retired.
func lookUp(ctx context.Context, store taxonomy.Reader, schemes []taxonomy.Scheme, st *StatedAnswer, lang taxonomy.Lang) error {
	current := func(ref taxonomy.Ref) bool {
		return slices.ContainsFunc(schemes, func(s taxonomy.Scheme) bool { return s.Name == ref.Scheme && s.Current == ref.Version })
	}
	if st.State == StateConfirmed && current(taxonomy.Ref{Scheme: st.Scheme, Version: st.Release}) {
		return nil
	}
	var found []*taxonomy.Concept
	by := "its URI"
	for i, uri := range uriForms(st.URI) {
		concepts, err := store.Find(ctx, string(uri))
		if err != nil {
			return err
		}
		concepts = slices.DeleteFunc(concepts, func(c *taxonomy.Concept) bool { return c.URI != uri })
		if found = append(found, concepts...); i > 0 && len(concepts) > 0 {
			by = "another form of its URI"
		}
		if len(found) > 0 {
			break
		}
	}
	for _, s := range schemes {
		if len(found) > 0 {
			break
		}
		code, sure := codeOf(st.Stated, s.Name)
		if code == "" {
			continue
		}
		concepts, err := store.Find(ctx, code)
		if err != nil {
			return err
		}
		for _, c := range concepts {
			if c.Release.Scheme == s.Name && c.Code == code && (sure || FrameworkIs(st.Framework, s.Name, titleOf(s)) || hasLabel(c, st.Name)) {
				found, by = append(found, c), "its code "+code
			}
		}
	}
	for _, c := range found {
		if current(c.Release) {
			if st.State == StateConfirmed {
				return nil // matched against an older release that has it as well
			}
			st.State, st.Why = StateConfirmed, "recognised by "+by
			st.Concept, st.Label, st.Scheme, st.Release = c.URI, c.Pref(lang).Text, c.Release.Scheme, c.Release.Version
			return nil
		}
	}
	if len(found) > 0 {
		c := found[0]
		st.State, st.Why = StateRetired, fmt.Sprintf("recognised by %s in %s; the current release of %s has it no more", by, c.Release, c.Release.Scheme)
		st.Concept, st.Label, st.Scheme, st.Release, st.Instead = c.URI, c.Pref(lang).Text, c.Release.Scheme, c.Release.Version, c.ReplacedBy
		return nil
	}
	if st.State == StateUnknown {
		st.Why = unknownWhy(st.Stated, schemes)
	}
	return nil
}

func hasLabel(c *taxonomy.Concept, name string) bool {
	return slices.ContainsFunc(c.Labels, func(l taxonomy.Label) bool { return sameName(l.Text, name) })
}

func titleOf(s taxonomy.Scheme) string {
	if len(s.Releases) > 0 {
		return s.Releases[0].Title
	}
	return ""
}

// unknownWhy says whether the framework is loaded, as far as that can be told.
func unknownWhy(st Stated, schemes []taxonomy.Scheme) string {
	for _, s := range schemes {
		for _, r := range s.Releases {
			if schemeOf(st.URI) == s.Name || FrameworkIs(st.Framework, s.Name, r.Title) || r.URI != "" && st.Framework == string(r.URI) {
				return fmt.Sprintf("%s is loaded, but no release of it that is has this concept", s.Name)
			}
		}
	}
	if name := schemeOf(st.URI); name != "" {
		return name + " is not loaded; import it"
	}
	return "no loaded release has it"
}

// supportFrom is the probability from which a sentence supports what a document
// states: far below what would be proposed, because a person has said it.
const supportFrom = 0.01

// doubt marks skills that are confirmed although no sentence is likely to be
// about them; an occupation is what a document leads to, not what it is about.
// A document without sentences to match, or in a language that a release has no
// labels in, gives no reason to doubt.
func (e *Engine) doubt(ctx context.Context, a *Answer, lang taxonomy.Lang) error {
	for snap, s := range e.snaps {
		best := map[uint32]float64{}
		var kinds []taxonomy.Kind
		for _, st := range a.Stated {
			c, ok := s.concept(st.Concept)
			if ok && st.State == StateConfirmed && st.Scheme == s.Stamp.Scheme && st.Release == s.Stamp.Version && slices.Contains(SkillKinds, taxonomy.Kinds[s.kind[c]]) {
				best[c] = 0
				kinds = append(kinds, taxonomy.Kinds[s.kind[c]])
			}
		}
		if len(best) == 0 {
			continue
		}
		matched, err := e.support(ctx, snap, a.Document, lang, kindsOf(kinds), best)
		if err != nil {
			return err
		}
		for i := range a.Stated {
			st := &a.Stated[i]
			c, ok := s.concept(st.Concept)
			if p, stated := best[c]; matched && ok && stated && st.Scheme == s.Stamp.Scheme && st.State == StateConfirmed && p < supportFrom {
				st.State = StateDoubtful
				st.Why += "; no sentence of the document is likely to be about it"
			}
		}
	}
	return nil
}

// support raises each concept in best to the probability of the sentence that
// speaks for it most. matched is whether there was a sentence to ask.
func (e *Engine) support(ctx context.Context, snap int, d *Document, lang taxonomy.Lang, kinds kindSet, best map[uint32]float64) (matched bool, err error) {
	s := e.snaps[snap]
	for _, seg := range segments(d) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		own := lang
		if seg.text.Lang != "" {
			own = seg.text.Lang
		}
		langs, known := s.matchIn(own)
		if seg.reason != "" || !known {
			continue
		}
		matched = true
		for _, l := range langs {
			q := s.analyse(e.table, l, own, seg.matched)
			for _, v := range s.judge(e.ranker, q, s.search(q, kinds, false, fusion, judged), false) {
				if p, ok := best[v.concept]; ok {
					best[v.concept] = max(p, sigmoid(v.logOdds))
				}
			}
		}
	}
	return matched, nil
}
