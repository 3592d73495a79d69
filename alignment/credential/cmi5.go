package credential

import (
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// claimsCmi5 takes a cmi5 course structure.
func claimsCmi5(root *element) bool { return root.name == "courseStructure" }

// readCmi5 reads a cmi5 course structure (cmi5 1.0, section 13): the course is
// what it is called after, its objectives are outcomes, its blocks and
// assignable units are its parts.
func readCmi5(r *xmlReader) {
	course := r.root.first("course")
	if course == nil {
		r.warn("missing-property", r.root, "lacks course, which the standard requires")
	} else {
		r.cmi5(course, alignment.RoleTitle)
	}
	r.cmi5Parts(r.root)
}

func (r *xmlReader) cmi5Parts(e *element) {
	for _, part := range e.children {
		switch part.name {
		case "objectives":
			for _, o := range part.all("objective") {
				r.langStrings(o.first("title"), alignment.RoleOutcome)
				r.langStrings(o.first("description"), alignment.RoleOutcome)
				if id := o.attr("id"); id != "" && !sameHost(id, r.root.first("course").attr("id")) {
					r.stated(o, alignment.Stated{URI: taxonomy.URI(id), Name: langString(o.first("title"))})
				}
			}
		case "block", "au":
			r.cmi5(part, alignment.RoleDescription)
			r.cmi5Parts(part)
		case "keywords": // ADL's keyword extension
			for _, k := range part.all("keyword") {
				r.langStrings(k.first("title"), alignment.RoleKeyword)
			}
		}
	}
}

func (r *xmlReader) cmi5(e *element, title alignment.Role) {
	if e.attr("id") == "" {
		r.warn("missing-property", e, "lacks the attribute id, which the standard requires")
	}
	r.required(e, "title", "description")
	r.name(e.first("title").first("langstring"))
	r.langStrings(e.first("title"), title)
	r.langStrings(e.first("description"), alignment.RoleDescription)
}

func (r *xmlReader) langStrings(e *element, role alignment.Role) {
	for _, s := range e.all("langstring") {
		r.text(s, role)
	}
}

func langString(e *element) string {
	if s := e.first("langstring"); s != nil {
		return strings.TrimSpace(s.text)
	}
	return ""
}

// sameHost reports whether two addresses are on one host: an objective that is
// numbered like its course is the course's own.
func sameHost(a, b string) bool {
	host := func(s string) string {
		_, rest, _ := strings.Cut(s, "://")
		before, _, _ := strings.Cut(rest, "/")
		return before
	}
	return host(a) == host(b)
}
