package mappings

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// CTDL (Credential Engine, JSON-LD). A crosswalk is a ceterms:AlignmentMap,
// whose parts are ceterms:AlignmentObjects from a sourceNode to a targetNode,
// or the alignments that competencies state: ceasn:exactAlignment and so on.
//
// The types of an AlignmentMap are the SKOS relations, and alignment:NoMatch is
// taxonomy.NoTerm. Of the properties of competencies exactAlignment,
// broadAlignment and narrowAlignment are SKOS relations (the referenced
// competency is the broader one of broadAlignment). majorAlignment and
// minorAlignment say how much two competencies overlap, which SKOS has no
// relation for: they stay ceasn:majorAlignment and ceasn:minorAlignment, as do
// alignTo and alignFrom, and are written as the properties they are.
var ctdlFormat = format{name: "ctdl", doc: "CTDL alignment maps and competency alignments, JSON-LD; written as a ceterms:AlignmentMap", ext: ".ctdl.json",
	claims: claimsCTDL, read: readCTDL, write: writeCTDL}

func claimsCTDL(_ *source.File, head []byte) bool {
	if !startsJSON(head) || bytes.Contains(head, []byte(`"owl:Axiom"`)) || bytes.Contains(head, []byte(`"subject_id"`)) {
		return false
	}
	for _, sign := range []string{"AlignmentMap", "ceasn:", "ceterms:", "purl.org/ctdl", "credreg.net"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}

// ctdlTypes are the values of alignmentType by their local name in small
// letters; "" is NoMatch.
var ctdlTypes = map[string]taxonomy.Match{
	"exactmatch": taxonomy.ExactMatch, "closematch": taxonomy.CloseMatch, "broadmatch": taxonomy.BroadMatch, "narrowmatch": taxonomy.NarrowMatch, "relatedmatch": taxonomy.RelatedMatch, "nomatch": "",
}

// ctdlRead is the nodes of a file.
type ctdlRead struct {
	file    string
	nodes   []importers.CTDLNode
	byKey   map[string]importers.CTDLNode
	results []*Result
	langs   map[*Result][2][]string
	parts   map[*source.Value]bool // alignment objects that a map has read
}

func readCTDL(f *source.File, _ Options) ([]*Result, error) {
	loose := &Result{File: f.Path, Crosswalk: &taxonomy.Crosswalk{}}
	root, err := parseJSON(f, loose)
	if err != nil {
		return nil, err
	}
	s := &ctdlRead{file: f.Path, nodes: importers.CTDLNodes(f.Path, root), byKey: map[string]importers.CTDLNode{}, langs: map[*Result][2][]string{}, parts: map[*source.Value]bool{}}
	frameworks := 0
	for _, n := range s.nodes {
		for _, key := range importers.CTDLKeys(n.ID, n.Get("ctid").String()) {
			if _, taken := s.byKey[key]; !taken {
				s.byKey[key] = n
			}
		}
		if n.IsFramework() {
			frameworks++
			loose.Crosswalk.Title, loose.Crosswalk.SubjectSource = either(loose.Crosswalk.Title, "Alignments of "+n.Title()), either(loose.Crosswalk.SubjectSource, either(n.ID, n.Title()))
		}
	}
	if frameworks > 1 {
		loose.Crosswalk.SubjectSource = "" // each row has its own
	}
	for _, n := range s.nodes {
		if slices.Contains(n.Types, "AlignmentMap") {
			s.alignmentMap(n)
		}
	}
	if len(s.results) == 1 && frameworks == 0 {
		s.results[0].Problems = append(loose.Problems, s.results[0].Problems...)
		loose = s.results[0]
	} else {
		s.results = append(s.results, loose)
	}
	for _, n := range s.nodes {
		switch {
		case n.IsMember():
			s.competency(loose, n, frameworks)
		case n.IsFramework():
			for _, name := range []string{"alignFrom", "alignTo"} {
				for _, x := range n.Get(name).List() {
					loose.problemAt(x, "framework-alignment", "the framework as a whole is aligned (%s %s); only competencies are mapped", name, x.String())
				}
			}
		case slices.Contains(n.Types, "AlignmentObject"):
			if !s.parts[n.At] {
				s.object(loose, n, n.At)
			}
		}
	}
	s.results = slices.DeleteFunc(s.results, func(r *Result) bool { return r.Rows == 0 })
	if len(s.results) == 0 {
		text := "holds no ceterms:AlignmentMap, and no competency in it is aligned to one of another framework"
		if len(loose.Problems) > 0 {
			text += "; the first problem: " + loose.Problems[0].String()
		}
		return nil, &source.Error{File: f.Path, Text: text}
	}
	for i, r := range s.results {
		if len(s.results) > 1 && r.Crosswalk.ID == "" {
			r.Crosswalk.ID = taxonomy.URI("urn:uuid:" + source.UUID5("ctdl", f.Name, strconv.Itoa(i)))
		}
		langs := s.langs[r]
		r.Crosswalk.SubjectLang, r.Crosswalk.ObjectLang = commonLang(langs[0]), commonLang(langs[1])
		if r.Crosswalk.SubjectSource == "" || r.Crosswalk.ObjectSource == "" {
			liftSources(r.Crosswalk)
		}
	}
	return s.results, nil
}

// node is what v names: a node of the file, or the object itself.
func (s *ctdlRead) node(v *source.Value) (importers.CTDLNode, bool) {
	if v != nil && v.Kind == source.Object && len(v.Members) > 1 {
		return importers.CTDLObject(v), true
	}
	for _, key := range importers.CTDLKeys(v.String()) {
		if n, ok := s.byKey[key]; ok {
			return n, true
		}
	}
	return importers.CTDLNode{}, false
}

// alignmentMap reads a map with its parts, which are in it or beside it.
func (s *ctdlRead) alignmentMap(n importers.CTDLNode) {
	r := &Result{File: s.file, Crosswalk: &taxonomy.Crosswalk{}}
	s.results = append(s.results, r)
	set := &r.Crosswalk.MappingSet
	if !strings.HasPrefix(n.ID, "_:") {
		set.ID = taxonomy.URI(n.ID)
	}
	set.Title, set.Description = firstText(n.Get("name")), firstText(n.Get("description"))
	set.Version = n.Get("versionCode").String()
	compared := n.Get("compares").Strings()
	if len(compared) == 2 {
		set.SubjectSource, set.ObjectSource = compared[0], compared[1]
	} else {
		setSetSlot(set, "compares", compared...)
	}
	for _, x := range n.Get("hasPart").List() {
		part, ok := s.node(x)
		if !ok {
			r.Rows++
			r.Skipped++
			r.problemAt(x, "missing-part", "the map has a part %s that is not in the file", x.String())
			continue
		}
		s.parts[part.At] = true
		s.object(r, part, x)
	}
	for _, other := range s.nodes {
		if slices.Contains(other.Types, "AlignmentObject") && !s.parts[other.At] && slices.Contains(other.Get("isPartOf").Strings(), n.ID) {
			s.parts[other.At] = true
			s.object(r, other, other.At)
		}
	}
}

func firstText(v *source.Value) string {
	if texts := v.LangTexts(""); len(texts) > 0 {
		return texts[0].Text
	}
	return ""
}

// firstName is firstText and its language.
func firstName(v *source.Value) (text, lang string) {
	if texts := v.LangTexts(""); len(texts) > 0 {
		return texts[0].Text, string(texts[0].Lang)
	}
	return "", ""
}

// object reads a ceterms:AlignmentObject as a row.
func (s *ctdlRead) object(r *Result, n importers.CTDLNode, at *source.Value) {
	r.Rows++
	fail := func(code, format string, args ...any) {
		r.Skipped++
		r.problemAt(at, code, format, args...)
	}
	kind := n.Get("alignmentType")
	name := kind.String()
	if kind != nil && kind.Kind == source.Object {
		name = either(importers.CTDLObject(kind).Get("targetNode").String(), name)
	}
	match, ok := ctdlTypes[strings.ToLower(name[strings.LastIndexAny(name, ":/#")+1:])]
	if !ok {
		fail("unknown-alignment", "an alignment object needs an alignmentType, one of alignment:ExactMatch, CloseMatch, BroadMatch, NarrowMatch, RelatedMatch and NoMatch, not %q", name)
		return
	}
	m := taxonomy.Mapping{Predicate: match, Subject: taxonomy.URI(n.Get("sourceNode").String()), Object: taxonomy.URI(n.Get("targetNode").String()), Justification: taxonomy.Unspecified}
	var langs [2]string
	m.SubjectLabel, langs[0] = firstName(n.Get("sourceNodeName"))
	m.ObjectLabel, langs[1] = firstName(n.Get("targetNodeName"))
	m.Comment = firstText(n.Get("description"))
	if match == "" { // nothing was found: the side that is there has no counterpart
		m.Predicate = taxonomy.ExactMatch
		set := &r.Crosswalk.MappingSet
		switch {
		case m.Subject == "" && m.Object != "":
			m.Subject, m.SubjectLabel = taxonomy.NoTerm, ""
		case m.Object != "" && string(m.Object) != set.ObjectSource:
			r.problemAt(at, "no-match-target", "NoMatch says that nothing matches %s, but names %s; that is kept as target_node", m.Subject, m.Object)
			setSlot(&m, "target_node", string(m.Object))
			fallthrough
		default:
			m.Object, m.ObjectLabel = taxonomy.NoTerm, ""
		}
	}
	for i, side := range []struct{ uri, label, slot string }{{string(m.Subject), m.SubjectLabel, "subject_type"}, {string(m.Object), m.ObjectLabel, "object_type"}} {
		switch {
		case side.uri == "" && side.label == "":
			fail("incomplete-mapping", "an alignment object needs a %s", []string{"sourceNode", "targetNode"}[i])
			return
		case side.uri == "":
			setSlot(&m, side.slot, "rdfs literal")
		}
	}
	s.measures(r, &m, n, at)
	s.add(r, m, langs)
}

// measures reads the weight and date of an alignment.
func (s *ctdlRead) measures(r *Result, m *taxonomy.Mapping, n importers.CTDLNode, at *source.Value) {
	if x := n.Get("weight"); x != nil {
		if !setSlot(m, "confidence", x.String()) {
			r.problemAt(at, "bad-confidence", "the weight %q is no number from 0 to 1; it is kept as a slot", x.String())
			setSlot(m, "weight", x.String())
		}
	}
	if x := n.Get("alignmentDate"); x != nil {
		m.Date = x.String()
	}
}

func (s *ctdlRead) add(r *Result, m taxonomy.Mapping, langs [2]string) {
	r.add(m)
	all := s.langs[r]
	s.langs[r] = [2][]string{append(all[0], langs[0]), append(all[1], langs[1])}
}

// competency reads what a competency or concept says of those of other frameworks.
func (s *ctdlRead) competency(r *Result, n importers.CTDLNode, frameworks int) {
	alignments := append(importers.CTDLAlignments(), importers.CTDLAlignment{Property: "alignTo", Match: "ceasn:alignTo"}, importers.CTDLAlignment{Property: "alignFrom", Match: "ceasn:alignFrom"})
	label, lang := n.Label()
	mine := n.Get("isPartOf", "inScheme", "isTopChildOf").Strings()
	for _, a := range alignments {
		for _, x := range n.Get(a.Property).List() {
			target, ref := importers.CTDLNode{}, x.String()
			if x.Kind == source.Object {
				target = importers.CTDLObject(x)
				ref = either(target.Get("targetNode").String(), ref)
			}
			other, here := s.byKey[ref]
			for _, key := range importers.CTDLKeys(ref) {
				if o, ok := s.byKey[key]; ok && !here {
					other, here = o, true
				}
			}
			theirs := []string(nil)
			if here {
				theirs = other.Get("isPartOf", "inScheme", "isTopChildOf").Strings()
			}
			if here && (frameworks > 0 || len(mine) > 0) && (len(theirs) == 0 || len(mine) == 0 || slices.ContainsFunc(theirs, func(p string) bool { return slices.Contains(mine, p) })) {
				continue // inside one framework: a relation, not a mapping
			}
			r.Rows++
			if ref == "" || strings.HasPrefix(ref, "_:") || n.ID == "" || strings.HasPrefix(n.ID, "_:") {
				r.Skipped++
				r.problemAt(x, "no-uri", "%s of %q joins a node without a URI", a.Property, label)
				continue
			}
			m := taxonomy.Mapping{Subject: taxonomy.URI(n.ID), SubjectLabel: label, Predicate: a.Match, Object: taxonomy.URI(ref), Justification: taxonomy.Unspecified}
			langs := [2]string{string(lang), ""}
			if here {
				var l taxonomy.Lang
				m.ObjectLabel, l = other.Label()
				langs[1] = string(l)
			}
			if target.At != nil {
				if name, l := firstName(target.Get("targetNodeName")); name != "" {
					m.ObjectLabel, langs[1] = name, l
				}
				m.ObjectSource = either(target.Get("framework").String(), firstText(target.Get("frameworkName")))
				s.measures(r, &m, target, x)
			}
			if len(theirs) > 0 {
				m.ObjectSource = either(m.ObjectSource, theirs[0])
			}
			if len(mine) > 0 && mine[0] != r.Crosswalk.SubjectSource {
				m.SubjectSource = mine[0]
			}
			s.add(r, m, langs)
		}
	}
}
