package source

import (
	"slices"
	"strings"
)

// Types returns the local names of an object's types: "Course" for
// "ceterms:Course", "schema:Course" and "https://schema.org/Course".
func (v *Value) Types() []string {
	var out []string
	for _, t := range v.First("@type", "type").Strings() {
		out = append(out, t[strings.LastIndexAny(t, "#/:")+1:])
	}
	return out
}

// HasType reports whether v is an object of one of the types, by local name.
func (v *Value) HasType(names ...string) bool {
	return v != nil && v.Kind == Object && slices.ContainsFunc(v.Types(), func(t string) bool { return slices.Contains(names, t) })
}

// Nodes returns the objects of a JSON-LD document: itself, its @graph, or its items.
func (v *Value) Nodes() []*Value {
	var out []*Value
	for _, x := range v.List() {
		for _, n := range append([]*Value{x}, x.Get("@graph").List()...) {
			if n.Kind == Object && n.Get("@graph") == nil {
				out = append(out, n)
			}
		}
	}
	return out
}
