package importers

import (
	"fmt"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// ctdlOf reads the nodes of in; nil where it is no JSON.
func ctdlOf(in *input) (*ctdlFile, error) {
	root, _, err := in.JSON()
	if err != nil {
		return nil, err
	}
	return ctdlNodes(in.Path, root), nil
}

// claimsCTDL takes what holds a competency framework, competencies that are
// published on their own, or a concept scheme in CTDL's terms. Credentials,
// courses and organisations are documents to be aligned, also where a
// competency stands beside them; files in the context of rich skill
// descriptors are claimed as such.
func claimsCTDL(in *input) bool {
	if !in.looksJSON() {
		return false
	}
	f, err := ctdlOf(in)
	if err != nil || f.rsd {
		return false
	}
	framework, own := false, false
	for _, n := range f.nodes {
		framework = framework || n.isFramework()
		own = own || n.isCompetency()
	}
	return framework && f.marked || f.marked && len(f.documents) == 0 && (own || f.frame != nil || f.members > 0)
}

// nameCTDL names a file by its framework, and by what the framework calls its
// version, else by the day it was last changed. A graph with several frameworks
// is one release, named by the first; one with several concept schemes and no
// framework has no name of its own.
func nameCTDL(in *input) (taxonomy.Ref, error) {
	f, err := ctdlOf(in)
	if err != nil {
		return taxonomy.Ref{}, err
	}
	if f.frame == nil && f.members == 0 {
		if len(f.documents) > 0 {
			return taxonomy.Ref{}, &source.Error{File: in.Path, Pointer: f.documents[0].at.Pointer(), Text: fmt.Sprintf("is a document (%s), not a framework; align it with `concord align`", strings.Join(f.documents[0].types, ", "))}
		}
		return taxonomy.Ref{}, &source.Error{File: in.Path, Text: "holds no competency framework and no concept scheme; expected CTDL-ASN JSON-LD with a ceasn:CompetencyFramework and its ceasn:Competency nodes, or a skos:ConceptScheme"}
	}
	if f.frame == nil || f.frame.isScheme() && f.frames > 1 {
		return taxonomy.Ref{Version: taxonomy.Unversioned}, nil
	}
	return refOf(in, f.frame.title(), f.frame.version()), nil
}

// title is the name of a framework or scheme, in English where there is a choice.
func (n *ctdlNode) title() string {
	texts := n.get("name", "prefLabel", "label", "title").LangTexts("")
	for _, t := range texts {
		if t.Lang.Base() == "en" {
			return t.Text
		}
	}
	if len(texts) > 0 {
		return texts[0].Text
	}
	return ""
}

// version is what a framework states as its version, else the day it was
// modified, else "".
func (n *ctdlNode) version() string {
	v := n.get("versionIdentifier", "versionInfo", "version", "versionCode")
	for _, x := range v.List() {
		if id := x.First("ceterms:identifierValueCode", "identifierValueCode"); id != nil {
			return id.String()
		}
		if texts := x.LangTexts(""); len(texts) > 0 {
			return texts[0].Text
		}
		if x.Kind == source.Number {
			return x.String()
		}
	}
	return day(n.get("dateModified", "modified").String())
}

// day is the date at the start of an ISO 8601 time, or "".
func day(s string) string {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return ""
	}
	for i, c := range s[:10] {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return ""
		}
	}
	return s[:10]
}

// readCTDL reads one file: every competency and concept first, then what joins them.
// Of several files under one name, the first describes the release.
func readCTDL(r *reader) error {
	release, mappings := taxonomy.Release{Title: r.ref.Scheme}, &stated{}
	for i, in := range r.in {
		_, slips, err := in.JSON()
		if err != nil {
			return err
		}
		r.slips(in.Path, slips)
		f, err := ctdlOf(in)
		if err != nil {
			return err
		}
		c := &ctdlReader{reader: r, file: f, path: in.Path, uris: map[string]taxonomy.URI{}, frames: map[string]bool{}, mint: minter{}, lang: r.opt.Lang, stated: mappings}
		if err := c.read(); err != nil {
			return err
		}
		if i == 0 && f.frame != nil {
			release = f.frame.release(r.ref)
		}
	}
	if err := r.w.SetRelease(release); err != nil {
		return err
	}
	return mappings.put(r, release.Title, release.License)
}

// A ctdlReader reads the nodes of one file.
type ctdlReader struct {
	*reader
	file   *ctdlFile
	path   string
	lang   taxonomy.Lang           // of texts that name none
	uris   map[string]taxonomy.URI // ctdlKey → URI of the concept
	frames map[string]bool         // ctdlKey of frameworks and schemes
	mint   minter
	stated *stated
}

func (c *ctdlReader) read() error {
	if n := c.file.frame; n != nil {
		if lang := n.language(); lang != "" {
			c.lang = lang
		}
	}
	for _, n := range c.file.nodes {
		if n.isFramework() || n.isScheme() {
			for _, key := range ctdlKeys(n.id, n.get("ctid").String()) {
				c.frames[key] = true
			}
		}
	}
	var members []*ctdlNode
	var uris []taxonomy.URI
	for _, n := range c.file.nodes {
		c.rows(c.path, 1)
		switch {
		case n.isFramework(), n.isScheme():
		case n.isMember():
			uri, ok, err := c.member(n)
			if err != nil {
				return err
			}
			if ok {
				members, uris = append(members, n), append(uris, uri)
			}
		default:
			c.problemAt(c.path, n.at, "not-a-competency", "a %s is no part of a framework", strings.Join(n.types, ", "))
		}
	}
	if len(members) == 0 && c.file.frame != nil && c.file.members == 0 {
		return &source.Error{File: c.path, Pointer: c.file.frame.at.Pointer(), Text: "is a framework without its competencies; download its graph (…/graph/CTID), not the resource alone"}
	}
	for i, n := range members {
		if err := c.join(n, uris[i]); err != nil {
			return err
		}
	}
	for _, n := range c.file.nodes {
		if n.isFramework() || n.isScheme() {
			c.tops(n)
		}
	}
	return nil
}

// language is that of a framework's texts which name none, or "".
func (n *ctdlNode) language() taxonomy.Lang {
	lang := taxonomy.ParseLang(n.get("inLanguage", "language").String())
	if len(lang) > 12 || isAbsolute(string(lang)) {
		return "" // a word or a URI, not a tag
	}
	return lang
}

// release is what a framework says about itself.
func (n *ctdlNode) release(ref taxonomy.Ref) taxonomy.Release {
	rel := taxonomy.Release{URI: taxonomy.URI(n.id), Title: source.PlainText(n.title()), License: n.get("license", "rights", "registryRights").String(),
		Issued: n.get("dateModified", "modified", "dateCreated", "created").String()}
	if texts := n.get("publisherName", "attributionName", "rightsHolder").LangTexts(""); len(texts) > 0 {
		rel.Publisher = texts[0].Text
	} else {
		rel.Publisher = n.get("publisher", "creator").String()
	}
	if texts := n.get("license", "rights").LangTexts(""); len(texts) > 0 {
		rel.License = texts[0].Text
	}
	if rel.Title == "" {
		rel.Title = ref.Scheme
	}
	return rel
}

// ctdlKeys are what a node may be referred to by: its id as written, and its
// CTID, which occurs as "ce-" and a UUID, as a bare UUID, in any case, alone
// or at the end of a Registry URL.
func ctdlKeys(ids ...string) []string {
	var keys []string
	for _, id := range ids {
		if id == "" {
			continue
		}
		keys = append(keys, id)
		if key := ctidKey(id); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func ctidKey(s string) string {
	at := uuidPattern.FindStringIndex(s)
	if at == nil || at[1] != len(s) {
		return ""
	}
	head := strings.ToLower(s[:at[0]])
	if head == "" || strings.HasSuffix(head, "ce-") || strings.Contains(head, "credentialengineregistry.org/") {
		return "ce-" + strings.ToLower(s[at[0]:])
	}
	return ""
}
