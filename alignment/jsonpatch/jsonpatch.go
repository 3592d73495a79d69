// Package jsonpatch applies JSON patches (RFC 6902) to the bytes of a
// document rather than to its meaning: what the operations do not touch stays
// byte for byte (order of names, spelling of numbers, indentation, line ends,
// byte order mark), and what they bring is written in the document's own
// style. It knows nothing of badges; alignment/writeback makes the patches.
package jsonpatch

import (
	"encoding/json"
	"fmt"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// Operations of RFC 6902 section 4 that writing back needs.
const (
	Add     = "add"
	Replace = "replace"
	Test    = "test"
)

// An Operation is one change, or one condition for all of them.
type Operation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`  // JSON pointer; an array ends with "/-"
	Value json.RawMessage `json:"value"` // its names are written in this order
}

// A Patch is a JSON patch document: operations in the order they are applied.
type Patch []Operation

// Apply returns data with the operations of p done, or an error and nothing
// done: taxonomy.ErrConflict where a test fails, else taxonomy.ErrInvalid,
// naming the operation. data is read as source.ParseJSON reads it, which is
// more than RFC 8259 allows; what is added must be JSON.
func Apply(data []byte, p Patch) ([]byte, error) {
	for i, op := range p {
		fail := func(err error, format string, args ...any) error {
			return fmt.Errorf("%w: operation %d of the patch (%s %s): %s", err, i+1, op.Op, op.Path, fmt.Sprintf(format, args...))
		}
		if !json.Valid(op.Value) {
			return nil, fail(taxonomy.ErrInvalid, "its value is not JSON")
		}
		root, _, err := source.ParseJSON("document", data)
		if err != nil {
			return nil, err
		}
		value, _, err := source.ParseJSON("value", op.Value)
		if err != nil {
			return nil, err
		}
		e := &editor{data: data, root: root, value: value, raw: op.Value}
		target := root.At(op.Path)
		switch op.Op {
		case Test:
			if target == nil {
				return nil, fail(taxonomy.ErrConflict, "the document has nothing there")
			}
			if !equal(target, value) {
				return nil, fail(taxonomy.ErrConflict, "the document has another value there")
			}
			continue
		case Replace:
			if target == nil {
				return nil, fail(taxonomy.ErrInvalid, "the document has nothing there")
			}
			data = e.replace(target)
		case Add:
			if data, err = e.add(op.Path); err != nil {
				return nil, fail(taxonomy.ErrInvalid, "%v", err)
			}
		default:
			return nil, fail(taxonomy.ErrInvalid, "only add, replace and test are done")
		}
	}
	return data, nil
}

// An editor puts one value into a document.
type editor struct {
	data  []byte // the document
	root  *source.Value
	value *source.Value // what comes in
	raw   []byte        // its bytes
}

// splice returns the document with from:to replaced.
func (e *editor) splice(from, to int, text string) []byte {
	out := make([]byte, 0, len(e.data)+len(text))
	out = append(out, e.data[:from]...)
	out = append(out, text...)
	return append(out, e.data[to:]...)
}

// replace puts the value in place of old.
func (e *editor) replace(old *source.Value) []byte {
	st := styleOf(e.data, e.root)
	pretty := st.pretty
	if len(old.Members)+len(old.Items) > 0 && old.Kind == e.value.Kind {
		pretty = isSpread(e.data, old) // one value made a list takes the room it needs
	}
	return e.splice(old.Start, old.End, st.render(e.raw, e.value, lineIndent(e.data, old.Start), pretty))
}

// add does the operation of RFC 6902 section 4.1.
func (e *editor) add(path string) ([]byte, error) {
	if path == "" {
		return e.replace(e.root), nil
	}
	cut := strings.LastIndexByte(path, '/')
	if cut < 0 {
		return nil, fmt.Errorf("the path is no JSON pointer")
	}
	parent, key := e.root.At(path[:cut]), source.PointerKey(path[cut+1:])
	switch {
	case parent == nil || parent.Kind != source.Array && parent.Kind != source.Object:
		return nil, fmt.Errorf("the document has no object or array at %q", path[:cut])
	case parent.Kind == source.Object:
		if old := parent.Get(key); old != nil {
			return e.replace(old), nil
		}
		return e.addMember(parent, key), nil
	}
	i := len(parent.Items)
	if key != "-" {
		var ok bool
		if i, ok = source.ArrayIndex(key); !ok || i > len(parent.Items) {
			return nil, fmt.Errorf("the array has %d items", len(parent.Items))
		}
	}
	return e.addItem(parent, i), nil
}

// addMember adds a member at the end of an object.
func (e *editor) addMember(in *source.Value, key string) []byte {
	st := styleOf(e.data, e.root)
	name := quote(key) + st.colon
	if len(in.Members) == 0 {
		return e.fill(st, in, name)
	}
	last := in.Members[len(in.Members)-1].Value
	gap := e.gapBefore(in, len(in.Members)-1)
	indent, pretty := e.layout(in, gap)
	return e.splice(last.End, last.End, ","+st.between(gap, len(in.Members) == 1)+name+st.render(e.raw, e.value, indent, pretty))
}

// addItem adds an item to an array, before the i-th or at the end.
func (e *editor) addItem(in *source.Value, i int) []byte {
	st := styleOf(e.data, e.root)
	if len(in.Items) == 0 {
		return e.fill(st, in, "")
	}
	near := in.Items[min(i, len(in.Items)-1)]
	gap := e.gapBefore(in, min(i, len(in.Items)-1))
	indent, pretty := e.layout(in, gap)
	if len(near.Members)+len(near.Items) > 0 { // as its neighbour
		indent, pretty = lineIndent(e.data, near.End-1), isSpread(e.data, near)
	}
	text := st.render(e.raw, e.value, indent, pretty)
	between := "," + st.between(gap, i == 0 || len(in.Items) == 1)
	if i < len(in.Items) {
		return e.splice(near.Start, near.Start, text+between)
	}
	return e.splice(near.End, near.End, between+text)
}

// fill puts the first member or item into an empty object or array.
func (e *editor) fill(st style, in *source.Value, name string) []byte {
	indent := lineIndent(e.data, in.Start)
	if !st.pretty || st.short(e.value, name == "") {
		return e.splice(in.Start+1, in.End-1, st.pad+name+st.render(e.raw, e.value, indent, false)+st.pad)
	}
	inner := st.newline + indent + st.unit
	return e.splice(in.Start+1, in.End-1, inner+name+st.render(e.raw, e.value, indent+st.unit, true)+st.newline+indent)
}

// layout says how a value is written that follows gap in an object or array:
// its indentation, and whether it may spread over lines.
func (e *editor) layout(in *source.Value, gap string) (indent string, pretty bool) {
	if i := strings.LastIndexByte(gap, '\n'); i >= 0 {
		return gap[i+1:], true
	}
	return lineIndent(e.data, in.End-1), isSpread(e.data, in)
}

// gapBefore returns the white space before the i-th member or item.
func (e *editor) gapBefore(in *source.Value, i int) string {
	at := in.Start + 1
	if i > 0 {
		previous := child(in, i-1)
		at = previous.End
		at += len(space(e.data, at)) + 1 // the comma
	}
	return space(e.data, at)
}
