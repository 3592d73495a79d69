package mappings

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"concord/taxonomy"
)

// An extension is the definition of a slot that SSSOM does not have
// (extension_definitions). A set keeps those of its source in
// Slots["extension_definitions"], each as the JSON of this type.
type extension struct {
	Name     string `json:"slot_name"`
	Property string `json:"property,omitempty"`  // URI
	Hint     string `json:"type_hint,omitempty"` // URI
}

// What SSSOM has no slot for is written to extension slots of these
// properties; a slot of another source, or a value that the model does not
// allow in its own slot, to one of the property concordSlot and its name. A
// slot with several values has the type concordList: they are parted by |.
const (
	concord        = "urn:concord:"
	concordSlot    = concord + "slot:"
	concordList    = concord + "list"
	concordName    = concord + "name:"        // of what has no identifier, only a name
	extStatus      = concord + "status"       // of a set or a mapping: taxonomy.Status
	extDirection   = concord + "direction"    // of a set: taxonomy.Direction
	extSubjectLang = concord + "subject_lang" // of a set
	extObjectLang  = concord + "object_lang"  // of a set
	extBefore      = concord + "before"       // of a mapping: the predicate that the source gave
)

// values returns the values that a cell of an extension slot holds.
func (e extension) values(cell []string) []string {
	if e.Hint == concordList && len(cell) == 1 {
		return parted(cell[0])
	}
	return cell
}

// home returns the name of the slot that e stands in for.
func (e extension) home() string {
	if escaped, ok := strings.CutPrefix(e.Property, concordSlot); ok {
		if name, err := url.PathUnescape(escaped); err == nil && name != "" {
			return name
		}
	}
	return e.Name
}

// definitions returns the definitions that a set keeps of its source, by name.
func definitions(s taxonomy.Slots) map[string]extension {
	out := map[string]extension{}
	for _, raw := range s["extension_definitions"] {
		var e extension
		if json.Unmarshal([]byte(raw), &e) == nil && e.Name != "" {
			out[e.Name] = e
		}
	}
	return out
}

// kept is definitions backwards, without our own, by name.
func kept(defs map[string]extension) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(defs)) {
		if !strings.HasPrefix(defs[name].Property, concord) {
			raw, _ := json.Marshal(defs[name]) // of three strings it cannot fail
			out = append(out, string(raw))
		}
	}
	return out
}

// extensions gives names to the extension slots of a file that is written.
type extensions struct {
	defs       map[string]extension // by name: the source's and those given here
	byProperty map[string]string    // of those given here → name
}

// name returns the name of the slot with one of our properties. One that is
// given to what would not do begins with ext_, as SSSOM recommends.
func (x *extensions) name(property, wanted string) string {
	if name, ok := x.byProperty[property]; ok {
		return name
	}
	name := wanted
	if !ncname(name) || reserved(name) {
		name = "ext_" + strings.ReplaceAll(taxonomy.Slug(wanted), "-", "_")
	}
	for taken := true; taken; {
		if _, taken = x.defs[name]; taken {
			name += "_"
		}
	}
	x.byProperty[property] = name
	x.defs[name] = extension{Name: name, Property: property}
	return name
}

// ours is name for what has a property of its own: extStatus and so on.
func (x *extensions) ours(property string) string {
	return x.name(property, "ext_"+strings.TrimPrefix(property, concord))
}

// slot is name for a slot called name that is none of SSSOM's here, or whose
// values SSSOM does not allow. Several values make it a list.
func (x *extensions) slot(name string, several bool) string {
	def, defined := x.defs[name]
	if defined && !several && x.byProperty[def.Property] != name && x.byProperty[concordSlot+url.PathEscape(name)] == "" && ncname(name) {
		return name // as the source defined it
	}
	as := x.name(concordSlot+url.PathEscape(name), name)
	if several {
		e := x.defs[as]
		e.Hint = concordList
		x.defs[as] = e
	}
	return as
}
