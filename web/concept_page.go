package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"concord/importers/mappings"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// A conceptView is what templates/concept.html shows.
type conceptView struct {
	*view.Concept
	Label      string         `json:"label"`
	Definition string         `json:"definition,omitempty"`
	ByLang     []langLabels   `json:"-"`
	Groups     []relatedGroup `json:"-"`
	Known      []knownMapping `json:"-"`
	History    []edition      `json:"history"` // in every loaded release of the framework, highest first
	Hub        *taxonomy.Hub  `json:"hub,omitempty"`
	Copies     []copyOf       `json:"-"`
	ReleaseRef string         `json:"-"`
	Around     template.HTML  `json:"-"` // a picture; empty where nothing is around it
}

// PageTitle is the concept's name.
func (v conceptView) PageTitle() string { return v.Label }

// langLabels are the labels of one language.
type langLabels struct {
	Lang taxonomy.Lang
	Pref string
	Alt  []string
}

// A relatedGroup is what stands to the concept in one way.
type relatedGroup struct {
	Key   string // of strings: "relation.skos:broader.0"
	Items []view.Relation
	More  int
	Bars  bool // they have an importance
}

// A knownMapping is a mapping as seen from the concept.
type knownMapping struct {
	taxonomy.Mapping
	Other     taxonomy.URI
	OtherName string
	Says      taxonomy.Match // of the other: skos:broadMatch says that it is broader
}

// An edition is what a release says of the concept.
type edition struct {
	Release    string        `json:"release"`
	Label      string        `json:"label,omitempty"`
	Kind       taxonomy.Kind `json:"kind,omitempty"`
	Present    bool          `json:"present"`
	Deprecated bool          `json:"deprecated,omitempty"`
	Changed    []string      `json:"changed,omitempty"` // since the release below: "label", "definition", "kind"
}

// A copyOf is the concept in the words of a standard, to be copied.
type copyOf struct{ Name, Text string }

// mostRelated bounds the relations of one kind that a page shows.
const mostRelated = 60

func (s *Server) conceptPage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	q := r.URL.Query()
	if q.Get("uri") == "" {
		return nil, problem(http.StatusUnprocessableEntity, "", "say which concept, as ?uri=")
	}
	c, err := s.found(ctx, q.Get("uri"), q.Get("scheme"))
	if err != nil {
		return nil, err
	}
	x, more, err := view.Within(ctx, s.cfg.Store, c, mostRelated, v.langs()...)
	if err != nil {
		return nil, err
	}
	out := conceptView{Concept: x, Label: c.Pref(v.langs()...).Text, Definition: c.Note(taxonomy.Definition, v.langs()...).Text, ReleaseRef: c.Release.String()}
	for _, l := range c.Labels {
		i := slices.IndexFunc(out.ByLang, func(b langLabels) bool { return b.Lang == l.Lang })
		if i < 0 {
			out.ByLang, i = append(out.ByLang, langLabels{Lang: l.Lang}), len(out.ByLang)
		}
		if l.Kind == taxonomy.PrefLabel && out.ByLang[i].Pref == "" {
			out.ByLang[i].Pref = l.Text
		} else if l.Kind != taxonomy.HiddenLabel {
			out.ByLang[i].Alt = append(out.ByLang[i].Alt, l.Text)
		}
	}
	for side, list := range [][]view.Relation{x.Relations, x.Inverse} {
		for _, rel := range list {
			key := "relation." + string(rel.Predicate) + "." + string(rune('0'+side))
			i := slices.IndexFunc(out.Groups, func(g relatedGroup) bool { return g.Key == key })
			if i < 0 {
				out.Groups, i = append(out.Groups, relatedGroup{Key: key, More: more[key]}), len(out.Groups)
			}
			out.Groups[i].Items = append(out.Groups[i].Items, rel)
			out.Groups[i].Bars = out.Groups[i].Bars || rel.Importance != nil
		}
	}
	for _, m := range x.Mappings {
		k := knownMapping{Mapping: m, Other: m.Object, OtherName: m.ObjectLabel, Says: m.Predicate}
		if m.Object == c.URI {
			k.Other, k.OtherName, k.Says = m.Subject, m.SubjectLabel, m.Predicate.Inverse()
		}
		if k.OtherName == "" {
			k.OtherName = string(k.Other)
		}
		out.Known = append(out.Known, k)
	}
	if out.History, err = s.history(ctx, c, v.langs()); err != nil {
		return nil, err
	}
	hub, err := s.cfg.Store.Hub(ctx, c.URI)
	if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
		return nil, err
	}
	out.Hub = hub
	out.Around = out.picture(v)
	out.Copies, err = s.copies(ctx, c, out.Definition)
	return out, err
}

// history looks the concept up in every loaded release of its framework.
func (s *Server) history(ctx context.Context, c *taxonomy.Concept, langs []taxonomy.Lang) ([]edition, error) {
	schemes, err := s.cfg.Store.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	var out []edition
	var below *taxonomy.Concept
	for _, x := range schemes {
		if x.Name != c.Release.Scheme {
			continue
		}
		for i := len(x.Releases) - 1; i >= 0; i-- { // the lowest first
			e := edition{Release: x.Releases[i].Ref.String()}
			then, err := s.cfg.Store.Concept(ctx, x.Releases[i].Ref, c.URI)
			switch {
			case errors.Is(err, taxonomy.ErrNotFound):
				then = nil
			case err != nil:
				return nil, err
			default:
				e.Present, e.Label, e.Kind, e.Deprecated = true, then.Pref(langs...).Text, then.Kind, then.Deprecated
				if below != nil {
					fold := func(s string) string { return strings.Join(strings.Fields(s), " ") }
					if fold(e.Label) != fold(below.Pref(langs...).Text) {
						e.Changed = append(e.Changed, "label")
					}
					if fold(then.Note(taxonomy.Definition, langs...).Text) != fold(below.Note(taxonomy.Definition, langs...).Text) {
						e.Changed = append(e.Changed, "definition")
					}
					if then.Kind != below.Kind {
						e.Changed = append(e.Changed, "kind")
					}
				}
			}
			if then != nil {
				below = then
			}
			out = append(out, e)
		}
	}
	slices.Reverse(out)
	return out, nil
}

// copies writes the concept as other standards name it.
func (s *Server) copies(ctx context.Context, c *taxonomy.Concept, definition string) ([]copyOf, error) {
	rel, err := s.cfg.Store.Release(ctx, c.Release)
	if err != nil {
		return nil, err
	}
	label := c.Pref()
	framework := rel.Title
	if framework == "" {
		framework = rel.Scheme
	}
	lang := string(label.Lang)
	if lang == "" {
		lang = "und"
	}
	pretty := func(v any) string {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(v); err != nil {
			return ""
		}
		return strings.TrimRight(b.String(), "\n")
	}
	type open struct {
		Type        []string `json:"type"`
		TargetName  string   `json:"targetName"`
		TargetURL   string   `json:"targetUrl"`
		TargetCode  string   `json:"targetCode,omitempty"`
		TargetType  string   `json:"targetType,omitempty"`
		Description string   `json:"targetDescription,omitempty"`
		Framework   string   `json:"targetFramework"`
	}
	ob := open{[]string{"Alignment"}, label.Text, string(c.URI), c.Code, "", definition, framework}
	ctdl := map[string]any{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": c.URI, "ceterms:targetNodeName": map[string]string{lang: label.Text}, "ceterms:frameworkName": map[string]string{lang: framework}}
	if definition != "" {
		ctdl["ceterms:targetNodeDescription"] = map[string]string{lang: definition}
	}
	if c.Code != "" {
		ctdl["ceterms:codedNotation"] = c.Code
	}
	caseItem := map[string]any{"fullStatement": label.Text, "uri": c.URI, "humanCodingScheme": c.Code, "language": lang, "CFItemType": string(c.Kind)}
	var sssom bytes.Buffer
	set := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:concord:example", License: rel.License, ObjectSource: string(rel.URI), ObjectVersion: rel.Version}}
	set.Mappings = []taxonomy.Mapping{{Set: set.ID, Subject: "urn:example:your-concept", SubjectLabel: "your concept", Predicate: taxonomy.CloseMatch, Object: c.URI, ObjectLabel: label.Text, Justification: taxonomy.ManualCuration}}
	if _, err := mappings.Write(&sssom, "sssom", set); err != nil {
		return nil, err
	}
	return []copyOf{{"Open Badges 3.0", pretty(ob)}, {"CTDL", pretty(ctdl)}, {"CASE", pretty(caseItem)}, {"SSSOM", strings.TrimRight(sssom.String(), "\n")}}, nil
}
