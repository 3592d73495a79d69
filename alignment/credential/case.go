package credential

import (
	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// caseRoot unwraps the {"CFPackage": …} of some exports.
func caseRoot(root *source.Value) *source.Value {
	for _, key := range []string{"CFPackage", "CFItem", "CFDocument"} {
		if inner := root.Get(key); inner != nil && len(root.Members) == 1 {
			return inner
		}
	}
	return root
}

// claimsCASE takes packages, documents and items of a CASE service.
func claimsCASE(root *source.Value) bool {
	return anyNode(caseRoot(root), func(v *source.Value) bool {
		return v.First("CFDocument", "CFItems", "CFDocuments") != nil || v.Get("fullStatement") != nil ||
			v.Get("CFPackageURI") != nil && v.Get("title") != nil
	})
}

// readCASE reads CASE 1.0 and 1.1 packages, documents and items (1EdTech
// Competencies and Academic Standards Exchange) as something to align to
// another framework.
func readCASE(r *reader) {
	members := map[string]bool{} // URIs and identifiers of what the package holds
	for i, v := range topNodes(caseRoot(r.root)) {
		switch {
		case v.First("CFDocument", "CFItems", "CFDocuments") != nil:
			r.doc.Type = "CASE/CFPackage"
			for _, d := range v.First("CFDocument", "CFDocuments").List() {
				r.caseDocument(d)
			}
			for _, item := range v.Get("CFItems").List() {
				members[item.Get("uri").String()], members[item.Get("identifier").String()] = true, true
				r.caseItem(item)
			}
			for _, a := range v.Get("CFAssociations").List() {
				r.caseAssociation(a, members)
			}
		case v.Get("fullStatement") != nil:
			if i == 0 {
				r.doc.Type = "CASE/CFItem"
			}
			r.caseItem(v)
			r.name(v.First("abbreviatedStatement", "fullStatement"))
		default:
			if i == 0 {
				r.doc.Type = "CASE/CFDocument"
			}
			r.caseDocument(v)
		}
	}
}

func (r *reader) caseDocument(v *source.Value) {
	if v.Kind != source.Object {
		return
	}
	r.required(v, "identifier", "uri", "title", "creator", "lastChangeDateTime")
	r.language(v.Get("language"))
	r.name(v.Get("title"))
	r.text(v.Get("title"), alignment.RoleTitle)
	r.text(v.Get("description"), alignment.RoleDescription)
	r.text(v.Get("subject"), alignment.RoleKeyword)
}

func (r *reader) caseItem(v *source.Value) {
	if v.Kind != source.Object {
		return
	}
	r.required(v, "identifier", "uri", "fullStatement", "lastChangeDateTime")
	outer := r.lang
	if own := parseLang(v.Get("language").String()); own != r.doc.Lang {
		r.lang = own
	}
	r.text(v.Get("fullStatement"), alignment.RoleOutcome)
	if firstText(v.Get("abbreviatedStatement")) != firstText(v.Get("fullStatement")) {
		r.text(v.Get("abbreviatedStatement"), alignment.RoleOutcome)
	}
	r.text(v.Get("notes"), alignment.RoleDescription)
	r.text(v.Get("conceptKeywords"), alignment.RoleKeyword)
	r.lang = outer
}

// caseAssociation records an association that leads out of the package; those
// within it are its own hierarchy.
func (r *reader) caseAssociation(v *source.Value, members map[string]bool) {
	switch v.Get("associationType").String() {
	case "exactMatchOf", "isRelatedTo", "isPeerOf", "replacedBy":
	default:
		return
	}
	target := v.Get("destinationNodeURI")
	uri := target.Get("uri").String()
	if target != nil && target.Kind == source.String {
		uri = target.String()
	}
	if uri == "" || members[uri] || members[target.Get("identifier").String()] {
		return
	}
	r.stated(v, alignment.Stated{URI: taxonomy.URI(uri), Name: firstText(target.Get("title"))})
}
