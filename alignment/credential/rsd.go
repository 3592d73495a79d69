package credential

import (
	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

func claimsRSD(root *source.Value) bool {
	return anyNode(root, func(v *source.Value) bool {
		return hasType(v, "RichSkillDescriptor") || v.Get("skillStatement") != nil
	})
}

// readRSD reads rich skill descriptors as something to align to another
// framework.
func readRSD(r *reader) {
	r.doc.Type = "RSD"
	for _, v := range topNodes(r.root) {
		r.name(v.Get("skillName"))
		r.text(v.Get("skillName"), alignment.RoleTitle)
		r.text(v.Get("skillStatement"), alignment.RoleOutcome)
		r.text(v.Get("keywords"), alignment.RoleKeyword)
		for _, a := range v.Get("alignments").List() {
			r.stated(a, alignment.Stated{
				URI:       taxonomy.URI(a.First("id", "targetUrl").String()),
				Name:      a.First("skillName", "title", "targetName").String(),
				Framework: a.First("isPartOf").First("name").String(),
			})
		}
	}
}
