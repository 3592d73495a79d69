package jsonpatch

import (
	"bytes"
	"encoding/json"
	"strings"

	"concord/importers/source"
)

// A style is how a document is laid out.
type style struct {
	pretty       bool   // the document spreads over lines
	newline      string // "\n" or "\r\n"
	unit         string // one level of indentation
	colon        string // between a name and its value: ": "
	comma        string // white space behind a comma on one line
	pad          string // white space inside brackets on one line
	shortLists   bool   // lists of scalars stay on one line in a document that spreads
	shortObjects bool   // so do objects of one scalar
}

// styleOf tells a document's style by its first signs of each kind; lists and
// objects by what most of them do.
func styleOf(data []byte, root *source.Value) style {
	st := style{newline: "\n", unit: "  ", colon: ": ", comma: " "}
	if i := bytes.IndexByte(data, '\n'); i > 0 && data[i-1] == '\r' {
		st.newline = "\r\n"
	}
	st.pretty = isSpread(data, root)
	if !st.pretty {
		st.colon, st.comma = ":", ""
	}
	v := votes{data: data, st: &st}
	v.look(root)
	st.shortLists = v.lists >= 0 // where nothing tells, as most people write it
	st.shortObjects = v.objects > 0
	return st
}

// votes are the signs of a style.
type votes struct {
	data                         []byte
	st                           *style
	lists, objects               int // one-line over spread ones
	hasUnit, hasColon, hasInline bool
}

func (v *votes) look(at *source.Value) {
	n := len(at.Members) + len(at.Items)
	if n == 0 {
		return
	}
	first := space(v.data, at.Start+1)
	spread := strings.Contains(first, "\n")
	if spread && !v.hasUnit {
		own, inner := lineIndent(v.data, at.Start), first[strings.LastIndexByte(first, '\n')+1:]
		if rest, ok := strings.CutPrefix(inner, own); ok && rest != "" {
			v.st.unit, v.hasUnit = rest, true
		}
	}
	if at.Kind == source.Object && !v.hasColon {
		start := at.Start + 1 + len(first)
		behind := start + len(quoted(v.data, start))
		v.st.colon, v.hasColon = string(v.data[behind:at.Members[0].Value.Start]), true
	}
	if n > 1 && !v.hasInline {
		end := child(at, 0).End
		end += len(space(v.data, end)) + 1
		if gap := space(v.data, end); !strings.Contains(gap, "\n") {
			v.st.comma, v.hasInline = gap, true
			if !spread {
				v.st.pad = first
			}
		}
	}
	vote := 1
	if spread {
		vote = -1
	}
	if at.Kind == source.Array && scalars(at) {
		v.lists += vote
	} else if at.Kind == source.Object && n == 1 && scalars(at) {
		v.objects += vote
	}
	for i := range n {
		v.look(child(at, i))
	}
}

// between is the white space between a comma and what is added, given the gap
// before its neighbour; first says that the neighbour follows a bracket.
func (st style) between(gap string, first bool) string {
	if i := strings.LastIndexByte(gap, '\n'); i >= 0 {
		return st.newline + gap[i+1:]
	}
	if first {
		return st.comma
	}
	return gap
}

// short reports whether a value alone in its brackets stays on one line.
func (st style) short(v *source.Value, list bool) bool {
	return len(v.Members)+len(v.Items) == 0 && (list && st.shortLists || !list && st.shortObjects)
}

// render writes v, whose bytes are in raw, in the style. indent is that of the
// line it starts on.
func (st style) render(raw []byte, v *source.Value, indent string, pretty bool) string {
	var b strings.Builder
	st.write(&b, raw, v, indent, pretty)
	return b.String()
}

func (st style) write(b *strings.Builder, raw []byte, v *source.Value, indent string, pretty bool) {
	n := len(v.Members) + len(v.Items)
	open, end := "[", "]"
	switch {
	case v.Kind == source.Object:
		open, end = "{", "}"
	case v.Kind != source.Array:
		b.Write(raw[v.Start:v.End])
		return
	}
	if n == 0 {
		b.WriteString(open + end)
		return
	}
	if scalars(v) && (v.Kind == source.Array && st.shortLists || v.Kind == source.Object && n == 1 && st.shortObjects) {
		pretty = false
	}
	before, behind, gap := st.pad, st.pad, st.comma
	inner := indent
	if pretty {
		inner = indent + st.unit
		before, behind, gap = st.newline+inner, st.newline+indent, st.newline+inner
	}
	b.WriteString(open + before)
	for i := range n {
		if i > 0 {
			b.WriteString("," + gap)
		}
		if v.Kind == source.Object {
			b.WriteString(quote(v.Members[i].Key) + st.colon)
		}
		st.write(b, raw, child(v, i), inner, pretty)
	}
	b.WriteString(behind + end)
}

// child returns the i-th value of an object or array.
func child(v *source.Value, i int) *source.Value {
	if v.Kind == source.Object {
		return v.Members[i].Value
	}
	return v.Items[i]
}

// scalars reports whether an object or array holds only scalars.
func scalars(v *source.Value) bool {
	for i := range len(v.Members) + len(v.Items) {
		if k := child(v, i).Kind; k == source.Object || k == source.Array {
			return false
		}
	}
	return true
}

// isSpread reports whether an object or array spreads over lines.
func isSpread(data []byte, v *source.Value) bool {
	return bytes.IndexByte(data[v.Start:v.End], '\n') >= 0
}

// space returns the white space of JSON at a place.
func space(data []byte, at int) string {
	end := at
	for end < len(data) && strings.IndexByte(" \t\r\n", data[end]) >= 0 {
		end++
	}
	return string(data[at:end])
}

// quoted returns the string of JSON that starts at a place, quotes included.
func quoted(data []byte, at int) string {
	end := at + 1
	for end < len(data) && data[end] != '"' {
		if data[end] == '\\' {
			end++
		}
		end++
	}
	return string(data[at:min(end+1, len(data))])
}

// lineIndent returns the white space that the line of a place starts with.
func lineIndent(data []byte, at int) string {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	end := start
	for end < at && (data[end] == ' ' || data[end] == '\t') {
		end++
	}
	return string(data[start:end])
}

// quote writes a member name.
func quote(key string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(key) // a string always encodes, and a Builder takes everything
	return strings.TrimSuffix(b.String(), "\n")
}
