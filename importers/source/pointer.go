package source

import (
	"strconv"
	"strings"
)

// At returns the value that a JSON pointer (RFC 6901) leads to from v, or nil.
// Of repeated names the last one counts.
func (v *Value) At(pointer string) *Value {
	if pointer == "" {
		return v
	}
	if pointer[0] != '/' {
		return nil
	}
	for _, token := range strings.Split(pointer[1:], "/") {
		token = PointerKey(token)
		if v != nil && v.Kind == Array {
			i, ok := ArrayIndex(token)
			if !ok || i >= len(v.Items) {
				return nil
			}
			v = v.Items[i]
			continue
		}
		v = v.Get(token)
	}
	return v
}

// Parent returns the object or array that v is in, or nil.
func (v *Value) Parent() *Value { return v.parent }

// PointerKey decodes a token of a JSON pointer; PointerToken encodes one.
func PointerKey(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// PointerToken encodes a member name as a token of a JSON pointer.
func PointerToken(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

// ArrayIndex reads a token of a JSON pointer as the index of an array: digits
// without leading zeros.
func ArrayIndex(token string) (int, bool) {
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || strconv.Itoa(i) != token {
		return 0, false
	}
	return i, true
}
