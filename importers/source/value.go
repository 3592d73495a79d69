package source

import (
	"slices"
	"strings"

	"concord/taxonomy"
)

// Pointer returns the JSON pointer of v (RFC 6901): "" for the whole document.
func (v *Value) Pointer() string {
	if v == nil || v.parent == nil {
		return ""
	}
	key := strings.ReplaceAll(strings.ReplaceAll(v.key, "~", "~0"), "/", "~1")
	return v.parent.Pointer() + "/" + key
}

// Key returns the member name or index v stands under, "" for the document.
func (v *Value) Key() string { return v.key }

// Get returns the value of the last member called key, or nil. It may be
// called on nil and on what is not an object.
func (v *Value) Get(key string) *Value {
	if v == nil {
		return nil
	}
	for i := len(v.Members) - 1; i >= 0; i-- {
		if v.Members[i].Key == key {
			return v.Members[i].Value
		}
	}
	return nil
}

// First returns the value of the first of keys that is there and not null, or nil.
func (v *Value) First(keys ...string) *Value {
	for _, k := range keys {
		if x := v.Get(k); x != nil && x.Kind != Null {
			return x
		}
	}
	return nil
}

// List returns the items of an array, v itself if it is anything else, and
// nothing for nil and null: JSON-LD's "one or many".
func (v *Value) List() []*Value {
	switch {
	case v == nil || v.Kind == Null:
		return nil
	case v.Kind == Array:
		return v.Items
	}
	return []*Value{v}
}

// String returns the trimmed text of a string, number or boolean; for an
// object its @id, id, @value or uri; for an array that of its first item;
// else "". It may be called on nil.
func (v *Value) String() string {
	if v == nil {
		return ""
	}
	switch v.Kind {
	case Object:
		return v.First("@id", "id", "@value", "uri").string()
	case Array:
		if len(v.Items) > 0 {
			return v.Items[0].String()
		}
		return ""
	case Null:
		return ""
	}
	return strings.TrimSpace(v.Text)
}

func (v *Value) string() string {
	if v == nil || v.Kind == Object || v.Kind == Array || v.Kind == Null {
		return ""
	}
	return strings.TrimSpace(v.Text)
}

// Strings returns the String of every item of List that is not blank.
func (v *Value) Strings() []string {
	var out []string
	for _, x := range v.List() {
		if s := x.String(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// A LangText is a text in a language, and the value it came from.
type LangText struct {
	Lang taxonomy.Lang
	Text string // trimmed
	At   *Value
}

// LangTexts reads a text that may be a string, a language map whose values are
// strings or arrays ({"en-US": ["…"]}), a JSON-LD value object
// ({"@value", "@language"}), or an array of any of these, in document order.
// fallback is the language of what names none.
func (v *Value) LangTexts(fallback taxonomy.Lang) []LangText {
	var out []LangText
	add := func(lang taxonomy.Lang, at *Value) {
		if text := strings.TrimSpace(at.Text); at.Kind == String && text != "" {
			out = append(out, LangText{lang, text, at})
		}
	}
	for _, x := range v.List() {
		if x.Kind != Object {
			add(fallback, x)
			continue
		}
		if value := x.Get("@value"); value != nil {
			lang := fallback
			if tag := x.Get("@language").string(); tag != "" {
				lang = taxonomy.ParseLang(tag)
			}
			add(lang, value)
			continue
		}
		other := slices.ContainsFunc(x.Members, func(m Member) bool { return !isLangTag(m.Key) })
		for _, m := range x.Members {
			if !isLangTag(m.Key) || m.Key == "id" && other {
				continue // "id" is Indonesian only among other languages
			}
			lang := taxonomy.ParseLang(m.Key)
			if strings.HasSuffix(m.Key, "none") {
				lang = fallback
			}
			for _, text := range m.Value.List() {
				add(lang, text)
			}
		}
	}
	return out
}

// isLangTag tells "en", "en-US", "zh_Hant" and JSON-LD's "@none" from property names.
func isLangTag(s string) bool {
	if s == "@none" || s == "none" {
		return true
	}
	primary, _, _ := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	if len(primary) < 2 || len(primary) > 3 || strings.ContainsAny(s, ":/@") || s == "uri" || s == "url" || s == "iri" {
		return false
	}
	for _, r := range primary {
		if r < 'a' || r > 'z' {
			return r >= 'A' && r <= 'Z'
		}
	}
	return true
}
