package writeback

import (
	"bytes"
	"encoding/json"

	"concord/importers/source"
)

// An object is a JSON object with its members in this order.
type object []member

type member struct {
	key   string
	value any
}

// with adds members that are not empty strings, to an object made so.
func (o object) with(key string, value any) object {
	switch v := value.(type) {
	case string:
		if v == "" {
			return o
		}
	case object:
		if len(v) == 0 {
			return o
		}
	}
	return append(o, member{key, value})
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{m.key, m.value} {
			raw, err := encode(part)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b.WriteByte(':')
			}
			b.Write(raw)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode is json.Marshal without HTML escapes.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// langMap is a language map of one text, or nothing for none.
func langMap(lang, text string) object {
	return object{}.with(lang, text)
}

// get returns a property under the first of the prefixes it occurs with, and
// the name it has there.
func get(v *source.Value, name string, prefixes ...string) (*source.Value, string) {
	for _, p := range append(prefixes, "") {
		if x := v.Get(p + name); x != nil {
			return x, p + name
		}
	}
	return nil, ""
}
