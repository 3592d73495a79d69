package portfolio

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"concord/taxonomy"
)

// A Profile is what one person's records say together, in one framework and
// one language: each skill once, with every record that supports it.
type Profile struct {
	Title     string        `json:"title,omitempty"` // of the page, such as the person's name; never taken from a record
	Scheme    string        `json:"scheme"`
	Release   string        `json:"release"`
	Framework string        `json:"framework"` // title of the scheme
	Lang      taxonomy.Lang `json:"lang"`
	Records   []Head        `json:"records"` // in the order given
	Skills    []Skill       `json:"skills"`  // in the most records first, then the surest, then by label
	Elsewhere []Elsewhere   `json:"elsewhere"`
}

// A Skill is a concept of the framework and the records that support it.
type Skill struct {
	URI     taxonomy.URI  `json:"uri"`
	Label   string        `json:"label"`
	Lang    taxonomy.Lang `json:"lang"` // of Label: the profile's, else one the concept has a label in
	Kind    taxonomy.Kind `json:"kind"`
	Code    string        `json:"code,omitempty"`
	Support []Support     `json:"support"` // in the order of the records
}

// A Support is why a record supports a skill.
type Support struct {
	Record int    `json:"record"` // index in Records
	Claim         // the concept as the record has it, which may be of another framework
	Via    string `json:"via,omitempty"` // the mapping sets that join Claim to the skill, where it is of another framework
}

// An Elsewhere is what a record states and no skill of the framework stands for.
type Elsewhere struct {
	Record int    `json:"record"`
	Name   string `json:"name"`
	Why    string `json:"why"`
}

// NewProfile merges records into a profile in the concepts of rel. A concept
// of another framework counts for the concepts that exact mappings join it to;
// one that is joined to none is in Elsewhere if the record states it, and left
// out if it was only proposed.
func NewProfile(ctx context.Context, store taxonomy.Reader, rel *taxonomy.Release, lang taxonomy.Lang, records []Record) (*Profile, error) {
	out := &Profile{Scheme: rel.Scheme, Release: rel.Version, Framework: cmp.Or(rel.Title, rel.Scheme), Lang: lang, Records: []Head{}, Skills: []Skill{}, Elsewhere: []Elsewhere{}}
	l := newLinks(store)
	place := map[taxonomy.URI]int{}
	for i, r := range records {
		out.Records = append(out.Records, r.Head)
		for _, c := range r.Claims {
			joined, err := l.into(ctx, c, rel.Ref)
			if err != nil {
				return nil, err
			}
			if len(joined) == 0 && c.Stated != "" {
				out.Elsewhere = append(out.Elsewhere, Elsewhere{i, c.Label, fmt.Sprintf("is of %s; no mapping that is loaded joins it to %s", c.ref(), rel.Ref)})
			}
			for _, j := range joined {
				at, known := place[j.concept.URI]
				if !known {
					at = len(out.Skills)
					place[j.concept.URI] = at
					label := j.concept.Pref(lang)
					out.Skills = append(out.Skills, Skill{URI: j.concept.URI, Label: label.Text, Lang: label.Lang, Kind: j.concept.Kind, Code: j.concept.Code})
				}
				out.Skills[at].add(Support{i, c, j.via})
			}
		}
		for _, c := range r.Aside {
			out.Elsewhere = append(out.Elsewhere, Elsewhere{i, c.Label, fmt.Sprintf("is of kind %s, no skill", c.Kind)})
		}
		for _, name := range r.Unknown {
			out.Elsewhere = append(out.Elsewhere, Elsewhere{i, name, "is of a framework that is not loaded"})
		}
	}
	slices.SortFunc(out.Skills, func(x, y Skill) int {
		return cmp.Or(len(y.Support)-len(x.Support), cmp.Compare(y.surest(), x.surest()), cmp.Compare(strings.ToLower(x.Label), strings.ToLower(y.Label)), cmp.Compare(x.URI, y.URI))
	})
	return out, nil
}

// add takes a support; a record supports a skill once, by what is stated
// rather than by what is proposed, and by the likelier of two proposals.
func (s *Skill) add(n Support) {
	last := len(s.Support) - 1
	if last < 0 || s.Support[last].Record != n.Record {
		s.Support = append(s.Support, n)
	} else if n.sureness() > s.Support[last].sureness() {
		s.Support[last] = n
	}
}

// sureness orders supports: a statement of the record is surer than a proposal.
func (n Support) sureness() float64 {
	if n.Stated != "" {
		return 1 + n.Probability
	}
	return n.Probability
}

func (s Skill) surest() float64 {
	best := 0.0
	for _, n := range s.Support {
		best = max(best, n.sureness())
	}
	return best
}

// Stated reports whether a record itself states the skill.
func (s Skill) Stated() bool {
	return slices.ContainsFunc(s.Support, func(n Support) bool { return n.Claim.Stated != "" })
}

// joined is a concept of the chosen release that a claim counts for.
type joined struct {
	concept *taxonomy.Concept
	via     string
}

// into returns the concepts of ref that a claim counts for: itself, or what
// exact mappings join it to, by URI.
func (l *links) into(ctx context.Context, c Claim, ref taxonomy.Ref) ([]joined, error) {
	own, err := l.store.Concept(ctx, ref, c.URI)
	if err == nil {
		return []joined{{own, ""}}, nil
	}
	if !errors.Is(err, taxonomy.ErrNotFound) {
		return nil, err
	}
	there, err := l.from(ctx, node{c.ref(), c.URI})
	if err != nil {
		return nil, err
	}
	var out []joined
	for uri, link := range there {
		if link.Relation != taxonomy.ExactMatch {
			continue
		}
		concept, err := l.store.Concept(ctx, ref, uri)
		if errors.Is(err, taxonomy.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, joined{concept, link.Via})
	}
	slices.SortFunc(out, func(x, y joined) int { return cmp.Compare(x.concept.URI, y.concept.URI) })
	return out, nil
}

// WriteCSV writes a row for each skill and each record that supports it.
func (p *Profile) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"uri", "label", "lang", "kind", "code", "scheme", "release", "records", "file", "record", "digest", "stated", "probability", "pointer", "quote", "as", "via"})
	for _, s := range p.Skills {
		for _, n := range s.Support {
			r := p.Records[n.Record]
			probability, as := "", ""
			if n.Probability > 0 {
				probability = strconv.FormatFloat(n.Probability, 'f', -1, 64)
			}
			if n.Via != "" {
				as = string(n.URI)
			}
			out.Write([]string{string(s.URI), s.Label, string(s.Lang), string(s.Kind), s.Code, p.Scheme, p.Release, strconv.Itoa(len(s.Support)),
				r.File, r.Name, r.Digest, string(n.Stated), probability, n.Pointer, n.Quote, as, n.Via})
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing the profile: %w", err)
	}
	return nil
}
