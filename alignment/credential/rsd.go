package credential

import (
	"slices"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

func claimsRSD(root *source.Value) bool {
	return anyNode(root, func(v *source.Value) bool {
		return isRSD(v) || slices.ContainsFunc(v.Get("skills").List(), isRSD) || hasType(v, "RichSkillCollection") || hasType(v, "Collection") && !isCTDL(v) && inContext(v, "rsd.openskillsnetwork.org")
	})
}

func isRSD(v *source.Value) bool {
	return hasType(v, "RichSkillDescriptor") || v.Get("skillStatement") != nil
}

// readRSD reads rich skill descriptors and collections of them as something to
// align to another framework.
func readRSD(r *reader) {
	r.doc.Type = "RSD"
	for _, v := range topNodes(r.root) {
		skills := v.Get("skills").List()
		if isRSD(v) {
			skills = []*source.Value{v}
		} else {
			r.doc.Type = "RSD/Collection"
			r.name(v.Get("name"))
			r.text(v.Get("name"), alignment.RoleTitle)
			r.text(v.Get("description"), alignment.RoleDescription)
		}
		for _, s := range skills {
			r.skill(s)
		}
	}
}

func (r *reader) skill(v *source.Value) {
	if v.Kind != source.Object {
		return // a collection that only lists addresses
	}
	r.required(v, "id|@id|uuid", "skillName|name", "skillStatement")
	name := v.First("skillName", "name")
	r.name(name)
	r.text(name, alignment.RoleTitle)
	r.text(v.Get("skillStatement"), alignment.RoleOutcome)
	r.text(v.Get("keywords"), alignment.RoleKeyword)
	for _, a := range v.Get("alignments").List() {
		r.stated(a, alignment.Stated{
			URI:       taxonomy.URI(a.First("id", "targetUrl").String()),
			Name:      a.First("skillName", "title", "targetName").String(),
			Framework: a.First("isPartOf").First("name").String(),
		})
	}
	for _, o := range v.Get("occupations").List() {
		r.stated(o, alignment.Stated{Code: o.Get("code").String(), Name: firstText(o.Get("targetNodeName")), Framework: firstText(o.Get("frameworkName"))})
	}
}
