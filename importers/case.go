package importers

import (
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// casePackage is a CFPackage, bare or in a {"CFPackage": …} wrapper. It
// accepts a package without a document, and one item or association where a
// list belongs.
type casePackage struct {
	root *source.Value
	doc  *source.Value // CFDocument; nil if there is none
}

func casePackageOf(v *source.Value) *casePackage {
	if inner := v.Get("CFPackage"); inner != nil && inner.Kind == source.Object {
		v = inner
	}
	if v.Get("CFDocument") == nil && v.Get("CFItems") == nil {
		return nil
	}
	p := &casePackage{root: v}
	if doc := v.Get("CFDocument"); doc != nil && doc.Kind == source.Object {
		p.doc = doc
	}
	return p
}

// claimsCASE takes what has a CFDocument or CFItems.
func claimsCASE(in *input) bool {
	if !in.looksJSON() {
		return false
	}
	root, _, err := in.JSON()
	return err == nil && casePackageOf(root) != nil
}

// nameCASE names a package by its document's title, and by the version it
// states, else by the day of its last change.
func nameCASE(in *input) (taxonomy.Ref, error) {
	p, err := caseOf(in)
	if err != nil {
		return taxonomy.Ref{}, err
	}
	version := p.doc.Get("version").String()
	if version == "" {
		version = day(p.doc.Get("lastChangeDateTime").String())
	}
	return refOf(in, p.title(), version), nil
}

func caseOf(in *input) (*casePackage, error) {
	root, _, err := in.JSON()
	if err != nil {
		return nil, err
	}
	p := casePackageOf(root)
	if p == nil {
		return nil, &source.Error{File: in.Path, Text: "is no CFPackage: it has neither a CFDocument nor CFItems"}
	}
	return p, nil
}

// title is the document's, or what the items call their document.
func (p *casePackage) title() string {
	if title := p.doc.Get("title").String(); title != "" {
		return title
	}
	for _, item := range p.root.Get("CFItems").List() {
		if title := item.Get("CFDocumentURI").Get("title").String(); title != "" {
			return title
		}
	}
	return ""
}

// release is what the document says.
func (p *casePackage) release() taxonomy.Release {
	rel := taxonomy.Release{URI: taxonomy.URI(p.doc.Get("uri").String()), Title: p.title(), Publisher: p.doc.Get("publisher").String(),
		License: p.doc.Get("licenseURI").Get("title").String(), Issued: p.doc.Get("lastChangeDateTime").String()}
	if rel.Publisher == "" {
		rel.Publisher = p.doc.Get("creator").String()
	}
	if rel.License == "" {
		rel.License = p.doc.Get("licenseURI").String()
	}
	return rel
}

// readCASE reads packages. Of several under one name, the first describes the
// release.
func readCASE(r *reader) error {
	mappings := &stated{}
	for _, in := range r.in {
		_, slips, err := in.JSON()
		if err != nil {
			return err
		}
		r.slips(in.Path, slips)
		p, err := caseOf(in)
		if err != nil {
			return err
		}
		c := &caseReader{reader: r, path: in.Path, pkg: p, uris: map[string]taxonomy.URI{}, docs: map[string]bool{}, facts: map[string]*caseFacts{}, lang: r.opt.Lang, mint: minter{}, stated: mappings}
		if err := c.read(); err != nil {
			return err
		}
	}
	first, err := caseOf(r.in[0])
	if err != nil {
		return err
	}
	release := first.release()
	if err := r.w.SetRelease(release); err != nil {
		return err
	}
	return mappings.put(r, release.Title, release.License)
}

// A caseReader reads one package.
type caseReader struct {
	*reader
	path   string
	pkg    *casePackage
	lang   taxonomy.Lang
	uris   map[string]taxonomy.URI // URI and lower-case identifier of an item → URI of its concept
	labels map[taxonomy.URI]string
	docs   map[string]bool       // what the document is referred to by
	facts  map[string]*caseFacts // by URI or identifier of the item
	mint   minter
	stated *stated
}

// caseFacts is what associations say about an item by itself.
type caseFacts struct {
	replacedBy []taxonomy.URI
	properties []taxonomy.Property
}

func (c *caseReader) read() error {
	doc := c.pkg.doc
	if lang := taxonomy.ParseLang(doc.Get("language").String()); lang != "" {
		c.lang = lang
	}
	for _, v := range []*source.Value{doc.Get("uri"), doc.Get("identifier")} {
		if s := v.String(); s != "" {
			c.docs[strings.ToLower(s)] = true
		}
	}
	items := c.pkg.root.Get("CFItems").List()
	if len(items) == 0 {
		return &source.Error{File: c.path, Text: "holds no item: CFItems is missing or empty; download the CFPackage, not the CFDocument alone"}
	}
	associations := c.pkg.root.Get("CFAssociations").List()
	c.labels = make(map[taxonomy.URI]string, len(items))
	c.lookAhead(associations)
	for _, item := range items {
		c.rows(c.path, 1)
		if err := c.item(item); err != nil {
			return err
		}
	}
	for _, a := range associations {
		c.rows(c.path, 1)
		if err := c.association(a); err != nil {
			return err
		}
	}
	c.unread()
	return nil
}

// unread reports the parts of a package that have no place in a release.
func (c *caseReader) unread() {
	for _, x := range c.pkg.root.Get("CFRubrics").List() {
		c.problemAt(c.path, x, "unread-rubric", "rubrics are not kept")
	}
	for _, m := range c.pkg.root.Get("CFDefinitions").First("CFDefinitions").List() {
		c.problemAt(c.path, m, "unread-definition", "nested definitions are not kept")
	}
	for _, name := range []string{"CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings"} {
		for _, x := range c.pkg.root.Get("CFDefinitions").Get(name).List() {
			if text := source.PlainText(x.First("description", "licenseText").String()); text != "" && text != x.Get("title").String() {
				c.problemAt(c.path, x, "unread-definition", "the description of %q is not kept; items name it by its title", x.Get("title").String())
			}
		}
	}
}

// caseKeys are what an item or node is referred to by, folded: its URI and its
// identifier.
func caseKeys(v *source.Value) []string {
	var keys []string
	if v != nil && v.Kind != source.Object {
		keys = append(keys, v.String())
	} else {
		keys = append(keys, v.Get("uri").String(), v.Get("identifier").String())
	}
	kept := keys[:0]
	for _, k := range keys {
		if k != "" {
			kept = append(kept, strings.ToLower(k))
		}
	}
	return kept
}
