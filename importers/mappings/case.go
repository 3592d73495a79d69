package mappings

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// CASE associations between frameworks (1EdTech CASE 1.1, CFPackage or
// CFAssociationSet): those whose two items are not both in the package. The
// tree (isChildOf) and examples (exemplar) are no mappings. exactMatchOf and
// isRelatedTo are SKOS relations, and every other type is one of its own name
// (importers.CASEMatch). What CASE has no term for is written in extensions.
var caseFormat = format{name: "case", doc: "1EdTech CASE associations between frameworks, JSON; written as a CFPackage without items", ext: ".case.json",
	claims: claimsCASE, read: readCASE, write: writeCASE}

func claimsCASE(_ *source.File, head []byte) bool {
	return startsJSON(head) && (bytes.Contains(head, []byte(`"CFPackage"`)) || bytes.Contains(head, []byte(`"CFDocument"`)) || bytes.Contains(head, []byte(`"CFItems"`)) || bytes.Contains(head, []byte(`"CFAssociations"`)))
}

// startsJSON tells a JSON document by its first character.
func startsJSON(head []byte) bool {
	h := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(h, []byte("{")) || bytes.HasPrefix(h, []byte("["))
}

// parseJSON reads a JSON file; what was forgiven is a problem of r.
func parseJSON(f *source.File, r *Result) (*source.Value, error) {
	data, err := f.Bytes(maxJSON)
	if err != nil {
		return nil, err
	}
	root, slips, err := source.ParseJSON(f.Path, data)
	for _, s := range slips {
		r.Problems = append(r.Problems, importers.Problem{File: f.Path, Pointer: s.Pointer, Code: s.Code, Text: s.Text})
	}
	return root, err
}

// caseItem is an item of the package.
type caseItem struct {
	uri   taxonomy.URI
	label string
}

func readCASE(f *source.File, _ Options) ([]*Result, error) {
	r := &Result{File: f.Path, Crosswalk: &taxonomy.Crosswalk{}}
	root, err := parseJSON(f, r)
	if err != nil {
		return nil, err
	}
	pkg := importers.CASEPackage(root)
	if pkg == nil {
		return nil, &source.Error{File: f.Path, Text: "is no CASE package: it has no CFDocument, CFItems or CFAssociations"}
	}
	doc := pkg.Get("CFDocument")
	own := doc.Get("extensions").Get("sssom")
	caseSet(r, doc, own, len(pkg.Get("CFItems").List()) > 0)
	items := map[string]caseItem{}
	for _, v := range pkg.Get("CFItems").List() {
		item := caseItem{uri: caseURI(v), label: source.PlainText(v.First("abbreviatedStatement", "fullStatement").String())}
		for _, key := range importers.CASEKeys(v) {
			items[key] = item
		}
	}
	docs := map[string]bool{}
	for _, key := range importers.CASEKeys(doc) {
		docs[key] = true
	}
	within := 0
	for _, a := range pkg.Get("CFAssociations").List() {
		if !caseRow(r, a, items, docs) {
			within++
		}
	}
	insertUnasserted(r, own.Get("mappings"))
	if r.Rows == 0 {
		return nil, &source.Error{File: f.Path, Text: fmt.Sprintf("holds no association with another framework; all %d are within its own", within)}
	}
	return []*Result{r}, nil
}

// caseSet reads the document: of the crosswalk, or of the framework whose
// items are aligned. own is what Concord wrote about the set.
func caseSet(r *Result, doc, own *source.Value, framework bool) {
	set := &r.Crosswalk.MappingSet
	title, license := doc.Get("title").String(), doc.Get("licenseURI")
	if set.License = license.Get("uri").String(); set.License == "" || strings.HasPrefix(set.License, "urn:uuid:") {
		set.License = license.Get("title").String()
	}
	set.Version, set.Published = doc.Get("version").String(), doc.Get("lastChangeDateTime").String()
	if creator := doc.Get("creator").String(); creator != "" {
		set.Creators = []string{creator}
	}
	if framework {
		set.Title, set.SubjectSource, set.SubjectVersion = "Associations of "+title, doc.First("uri", "title").String(), set.Version
		return
	}
	set.ID, set.Title, set.Description = taxonomy.URI(doc.Get("uri").String()), title, source.PlainText(doc.Get("notes").String())
	if own == nil {
		return
	}
	*set = taxonomy.MappingSet{ID: set.ID, License: set.License, Version: set.Version, Description: text(doc.Get("notes"))}
	if title != string(set.ID) {
		set.Title = text(doc.Get("title"))
	}
	readSlots(own.Get("set"), func(name string, values ...string) { setSetSlot(set, name, values...) })
}

// text is a string as it is written; String trims.
func text(v *source.Value) string {
	if v == nil || v.Kind != source.String {
		return ""
	}
	return v.Text
}

// caseURI is the URI of an item or node, else "urn:uuid:" and its identifier.
func caseURI(v *source.Value) taxonomy.URI {
	name := importers.CASEName(v)
	if len(name) == 36 && strings.Count(name, "-") == 4 {
		return taxonomy.URI("urn:uuid:" + strings.ToLower(name))
	}
	return taxonomy.URI(name)
}

// caseRow reads an association; it is none of the crosswalk's where both its
// ends are in the package.
func caseRow(r *Result, a *source.Value, items map[string]caseItem, docs map[string]bool) bool {
	kind := importers.CASEType(a)
	if kind == "isChildOf" || kind == "exemplar" {
		return false
	}
	var ends [2]caseItem
	inside := 0
	for i, name := range []string{"originNodeURI", "destinationNodeURI"} {
		v := a.Get(name)
		ends[i] = caseItem{caseURI(v), importers.CASETitle(v)}
		for _, key := range importers.CASEKeys(v) {
			if docs[key] {
				return false
			}
			if item, ok := items[key]; ok {
				ends[i] = item
				inside++
				break
			}
		}
	}
	if inside == 2 {
		return false
	}
	r.Rows++
	if kind == "" || ends[0].uri == "" || ends[1].uri == "" {
		r.Skipped++
		r.problemAt(a, "incomplete-association", "an association needs associationType, originNodeURI and destinationNodeURI")
		return true
	}
	m := taxonomy.Mapping{Subject: ends[0].uri, SubjectLabel: ends[0].label, Predicate: importers.CASEMatch(kind), Object: ends[1].uri, ObjectLabel: ends[1].label, Justification: taxonomy.Unspecified}
	if own := a.Get("extensions").Get("sssom"); own != nil {
		m.SubjectLabel, m.ObjectLabel, m.Comment = caseLabel(a.Get("originNodeURI")), caseLabel(a.Get("destinationNodeURI")), text(a.Get("notes"))
		readSlots(own, func(name string, values ...string) { setSlot(&m, name, values...) })
	} else {
		m.Comment, m.Date = source.PlainText(a.Get("notes").String()), a.Get("lastChangeDateTime").String()
		if id := a.First("uri", "identifier").String(); id != "" {
			setSlot(&m, "record_id", id)
		}
		if group := a.Get("CFAssociationGroupingURI").First("title", "uri").String(); group != "" {
			setSlot(&m, "association_group", group)
		}
	}
	r.add(m)
	return true
}

// caseLabel is the title of a node that Concord wrote: its URI stands in for none.
func caseLabel(v *source.Value) string {
	if t := text(v.Get("title")); t != v.Get("uri").String() {
		return t
	}
	return ""
}

const onlyExtensions = " (only in extensions)"

// writeCASE writes a CFPackage: a CFDocument for the crosswalk, and an
// association for each row. Relations that CASE does not have are isRelatedTo.
// What is no association (nothing found, negated, rejected) is kept in the
// document's extensions. Identifiers are made of what they identify.
func writeCASE(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	lost, all := losses{}, onlyProposals(c)
	pkg := importers.CFPackage{CFItems: []importers.CFItem{}, CFAssociations: []importers.CFAssociation{}}
	var apart []int
	times := map[string]int{}
	for i := range c.Mappings {
		m := &c.Mappings[i]
		if ok, why := asserted(c, m, all); !ok {
			apart = append(apart, i)
			lost.add(why+onlyExtensions, 1)
			continue
		}
		if all && c.Status != taxonomy.Accepted {
			lost.add("mappings written although nobody has accepted them", 1)
		}
		kind := importers.CASETypeOf(string(m.Predicate))
		if foreign := strings.HasPrefix(kind, "ext:") && kind != string(m.Predicate); foreign || kind == "isChildOf" || kind == "exemplar" {
			kind = "isRelatedTo"
		}
		without := []string{"subject_id", "subject_label", "object_id", "object_label", "comment"}
		if importers.CASEMatch(kind) == m.Predicate {
			without = append(without, "predicate_id")
		} else {
			lost.add(string(m.Predicate)+", written as "+kind, 1)
		}
		if m.Justification == taxonomy.Unspecified {
			without = append(without, "mapping_justification")
		}
		extra := slotsOf(m, without...)
		for _, s := range extra {
			if s.name != "predicate_id" && s.name != "mapping_date" {
				lost.slotsLost([]slot{s}, onlyExtensions)
			}
		}
		key := strings.Join([]string{string(m.Subject), string(m.Predicate), string(m.Object)}, "\n")
		times[key]++
		id := source.UUID5("case", string(c.ID), key, fmt.Sprint(times[key]))
		var sssom object
		sssom.set("sssom", orEmpty(slotObject(extra)))
		pkg.CFAssociations = append(pkg.CFAssociations, importers.CFAssociation{Identifier: id, AssociationType: kind, URI: "urn:uuid:" + id,
			OriginNodeURI: importers.CASELink(string(m.Subject), m.SubjectLabel), DestinationNodeURI: importers.CASELink(string(m.Object), m.ObjectLabel),
			LastChangeDateTime: importers.CASETime(m.Date, c.Published), Notes: m.Comment, Extensions: sssom})
	}
	pkg.CFDocument = caseDocument(c, apart, lost)
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(pkg); err != nil {
		return nil, writing("CASE", err)
	}
	if err := out.Flush(); err != nil {
		return nil, writing("CASE", err)
	}
	return lost.list(), nil
}

func orEmpty(o object) object {
	if o == nil {
		return object{}
	}
	return o
}

// caseDocument describes the set; rows are those that are no associations.
func caseDocument(c *taxonomy.Crosswalk, rows []int, lost losses) importers.CFDocument {
	link := importers.CASELink(string(c.ID), c.Title)
	d := importers.CFDocument{Identifier: link.Identifier, URI: string(c.ID), FrameworkType: "Crosswalk", CaseVersion: "1.1", Creator: either(strings.Join(c.Creators, ", "), "unknown"),
		Title: link.Title, LastChangeDateTime: importers.CASETime(c.Published), Version: c.Version, AdoptionStatus: "Adopted", Notes: c.Description}
	if c.Status == taxonomy.Proposed || c.Status == taxonomy.Unsure {
		d.AdoptionStatus = "Draft"
	}
	if c.License != "" {
		d.LicenseURI = importers.CASELicense(c.License)
	}
	left := setSlotsOf(&c.MappingSet, "mapping_set_id", "mapping_set_title", "mapping_set_description", "mapping_set_version", "license")
	for _, s := range left {
		if s.name != "creator_label" && s.name != "publication_date" && s.name != "set_status" {
			lost.slotsLost([]slot{s}, " of the set"+onlyExtensions)
		}
	}
	var own object
	own.set("set", orEmpty(slotObject(left)))
	if len(rows) > 0 {
		own.set("mappings", unasserted(rows, c))
	}
	d.Extensions = object{{"sssom", own}}
	return d
}
