package writeback

import (
	"regexp"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// cfItems returns the CFItems of a CASE package. An item by itself has no
// place for associations.
func cfItems(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, pkg := range packages(root) {
		for _, v := range pkg.Get("CFItems").List() {
			if v.Kind == source.Object {
				out = append(out, v)
			}
		}
	}
	return out
}

// packages returns the CFPackages of a document: itself, or what an API wraps.
func packages(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range root.List() {
		for _, p := range append([]*source.Value{v}, v.Get("CFPackage").List()...) {
			if p.Get("CFDocument") != nil && p.Get("CFItems") != nil {
				out = append(out, p)
			}
		}
	}
	return out
}

// caseStated returns the destinations of the associations that start at an
// item and do not belong to the framework's own tree.
func caseStated(_ *writer, at *source.Value) []string {
	var out []string
	for _, a := range at.Parent().Parent().Get("CFAssociations").List() {
		if origin := a.Get("originNodeURI"); sameItem(origin, at) {
			out = append(out, nodeURI(a.Get("destinationNodeURI")))
		}
	}
	return out
}

func sameItem(link, item *source.Value) bool {
	return nodeURI(link) == nodeURI(item) || link.Get("identifier") != nil && link.Get("identifier").String() == item.Get("identifier").String()
}

// nodeURI returns the URI of a link or item; 1.0 has bare strings for links.
func nodeURI(v *source.Value) string {
	if v.Get("uri") != nil {
		return v.Get("uri").String()
	}
	return v.String()
}

var uuidPattern = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// putCASE adds CFAssociations to the package of an item. Their times are the
// request's, or that of the document: there is no clock here.
func putCASE(w *writer, at *source.Value, list []Accepted) error {
	pkg := at.Parent().Parent()
	doc := pkg.Get("CFDocument")
	changed := doc.Get("lastChangeDateTime").String()
	if !w.req.At.IsZero() {
		changed = w.req.At.UTC().Format("2006-01-02T15:04:05+00:00")
	}
	if changed == "" {
		return w.fail(doc, "has no lastChangeDateTime, and an association needs one: say --at TIME")
	}
	var items []any
	for _, a := range list {
		typ := caseType(a.Predicate)
		id := source.UUID5("case", at.Get("identifier").String(), nodeURI(at), typ, string(a.URI))
		target := uuidPattern.FindString(string(a.URI))
		if target == "" {
			target = source.UUID5("case", string(a.URI))
		}
		destination := object{{"title", a.Label}, {"identifier", strings.ToLower(target)}, {"uri", string(a.URI)}}
		if a.Framework.Format != "case" && !isCASE10(doc) {
			destination = destination.with("targetType", "ext:"+caseTarget(a))
		}
		items = append(items, object{{"identifier", id}, {"associationType", typ}, {"uri", associationURI(pkg, id)},
			{"originNodeURI", object{{"title", itemTitle(at)}, {"identifier", at.Get("identifier").String()}, {"uri", nodeURI(at)}}},
			{"destinationNodeURI", destination}, {"lastChangeDateTime", changed}})
	}
	return w.append(pkg, "CFAssociations", items...)
}

// caseType is the association type of a predicate, as the CASE exporter writes
// it. isRelatedTo is what CASE has for the rest.
func caseType(m taxonomy.Match) string {
	switch m {
	case taxonomy.ExactMatch:
		return "exactMatchOf"
	case "", taxonomy.RelatedMatch:
		return "isRelatedTo"
	}
	return "ext:" + strings.ReplaceAll(string(m), ":", ".")
}

// caseTarget names the kind of node that is no CASE item (1.1 targetType).
func caseTarget(a Accepted) string {
	switch a.Framework.Format {
	case "esco":
		return "ESCO"
	case "onet":
		return "ONET"
	case "ctdl":
		return "ceasn.Competency"
	case "rsd":
		return "RichSkillDescriptor"
	}
	return "skos.Concept"
}

// isCASE10 tells CASE 1.0, which has no targetType.
func isCASE10(doc *source.Value) bool {
	return doc.Get("caseVersion") == nil && strings.Contains(doc.Get("uri").String()+nodeURI(doc.Get("CFPackageURI")), "/v1p0/")
}

// itemTitle is the title of a link to an item, on one line.
func itemTitle(item *source.Value) string {
	title := item.First("abbreviatedStatement", "fullStatement").String()
	title = strings.Join(strings.Fields(title), " ")
	if r := []rune(title); len(r) > 200 {
		title = string(r[:199]) + "…"
	}
	return title
}

// associationURI is an address beside those of the package's associations, or
// a URN.
func associationURI(pkg *source.Value, id string) string {
	base := nodeURI(pkg.Get("CFDocument"))
	if i := strings.Index(base, "/CFDocuments/"); i > 0 {
		return base[:i] + "/CFAssociations/" + id
	}
	return "urn:uuid:" + id
}
