package source

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A JSONKind is the kind of a Value.
type JSONKind byte

const (
	Null JSONKind = iota
	Bool
	Number // also a bare NaN or Infinity, which real files hold
	String
	Array
	Object
)

// A Value is a node of a JSON document. It knows where it stands, so that a
// Problem can name its pointer and a patch can leave every other byte alone.
type Value struct {
	Kind    JSONKind
	Text    string   // String: decoded; Number and Bool: as written
	Members []Member // Object, in document order, repeated keys included
	Items   []*Value // Array
	Start   int      // byte offset of the value in the input
	End     int      // byte offset behind it
	parent  *Value
	key     string // in parent: member name or decimal index
}

// A Member is a name and value of an object.
type Member struct {
	Key   string
	Value *Value
}

// A Slip is a defect of a JSON document that does not keep it from being read.
type Slip struct {
	Pointer string
	Code    string // "duplicate-key", "not-a-number", "invalid-utf8", "byte-order-mark"
	Text    string
}

// maxDepth bounds nesting. RFC 8259 section 9 lets a parser set a limit; no
// record or framework comes near it.
const maxDepth = 512

// ParseJSON reads one JSON document (RFC 8259). Beyond the standard it accepts
// a byte order mark, repeated keys (the last one counts), NaN and Infinity,
// and bytes that are not UTF-8 in strings (as U+FFFD), each with a Slip. name
// is the file name for the Error that anything else gives, with its line.
func ParseJSON(name string, data []byte) (*Value, []Slip, error) {
	p := &jsonParser{name: name, data: data}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		p.pos = 3
		p.slips = append(p.slips, Slip{Code: "byte-order-mark", Text: "starts with a byte order mark, which JSON does not allow"})
	}
	p.space()
	if p.pos == len(data) {
		return nil, nil, &Error{File: name, Text: "is empty; a JSON document was expected"}
	}
	v, err := p.value(nil, "", 0)
	if err != nil {
		return nil, nil, err
	}
	p.space()
	if p.pos < len(data) {
		return nil, nil, p.fail("more text follows the JSON document")
	}
	return v, p.slips, nil
}

type jsonParser struct {
	name  string
	data  []byte
	pos   int
	slips []Slip
}

func (p *jsonParser) fail(format string, args ...any) error {
	before := p.data[:min(p.pos, len(p.data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return &Error{File: p.name, Line: line, Text: fmt.Sprintf("column %d: not valid JSON: ", column) + fmt.Sprintf(format, args...)}
}

func (p *jsonParser) space() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *jsonParser) value(parent *Value, key string, depth int) (*Value, error) {
	if depth > maxDepth {
		return nil, p.fail("nested more than %d levels deep", maxDepth)
	}
	if p.pos >= len(p.data) {
		return nil, p.fail("the document is cut short; a value was expected")
	}
	v := &Value{Start: p.pos, parent: parent, key: key}
	var err error
	switch c := p.data[p.pos]; {
	case c == '{':
		err = p.object(v, depth)
	case c == '[':
		err = p.array(v, depth)
	case c == '"':
		v.Kind = String
		v.Text, err = p.str(v)
	default:
		err = p.scalar(v)
	}
	if err != nil {
		return nil, err
	}
	v.End = p.pos
	return v, nil
}

func (p *jsonParser) object(v *Value, depth int) error {
	v.Kind = Object
	seen := map[string]bool{}
	p.pos++
	p.space()
	if p.peek() == '}' {
		p.pos++
		return nil
	}
	for {
		if p.peek() != '"' {
			return p.fail("a member name in double quotes was expected, not %s", p.shown())
		}
		key, err := p.str(v)
		if err != nil {
			return err
		}
		p.space()
		if p.peek() != ':' {
			return p.fail("a colon was expected after the name %q, not %s", key, p.shown())
		}
		p.pos++
		p.space()
		child, err := p.value(v, key, depth+1)
		if err != nil {
			return err
		}
		if seen[key] {
			p.slips = append(p.slips, Slip{Pointer: child.Pointer(), Code: "duplicate-key", Text: fmt.Sprintf("the name %q occurs twice; the last one counts", key)})
		}
		seen[key] = true
		v.Members = append(v.Members, Member{key, child})
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
			p.space()
		case '}':
			p.pos++
			return nil
		default:
			return p.fail("a comma or } was expected, not %s", p.shown())
		}
	}
}

func (p *jsonParser) array(v *Value, depth int) error {
	v.Kind = Array
	p.pos++
	p.space()
	if p.peek() == ']' {
		p.pos++
		return nil
	}
	for {
		child, err := p.value(v, strconv.Itoa(len(v.Items)), depth+1)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, child)
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
			p.space()
		case ']':
			p.pos++
			return nil
		default:
			return p.fail("a comma or ] was expected, not %s", p.shown())
		}
	}
}

// str reads the string at pos. at is the value or object it belongs to.
func (p *jsonParser) str(at *Value) (string, error) {
	start := p.pos
	p.pos++
	var b []byte
	for p.pos < len(p.data) {
		c := p.data[p.pos]
		switch {
		case c == '"':
			p.pos++
			s := string(b)
			if !utf8.ValidString(s) {
				s = strings.ToValidUTF8(s, "\uFFFD")
				p.slips = append(p.slips, Slip{Pointer: at.Pointer(), Code: "invalid-utf8", Text: "holds bytes that are not UTF-8"})
			}
			return s, nil
		case c == '\\':
			var err error
			if b, err = p.escape(b); err != nil {
				return "", err
			}
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r':
			return "", p.fail("a control character (0x%02X) in a string must be escaped", c)
		default: // raw line breaks and tabs in strings occur in real files and harm nobody
			b = append(b, c)
			p.pos++
		}
	}
	p.pos = start
	return "", p.fail("the string that starts here never ends")
}

func (p *jsonParser) escape(b []byte) ([]byte, error) {
	if p.pos+1 >= len(p.data) {
		return nil, p.fail("the document is cut short in a string")
	}
	c := p.data[p.pos+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos += 2
		return append(b, "\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return nil, p.fail("the escape \\%c does not exist", c)
	}
	r, ok := p.hex4(p.pos + 2)
	if !ok {
		return nil, p.fail("\\u must be followed by four hexadecimal digits")
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		low, ok := rune(0), false
		if p.pos+1 < len(p.data) && p.data[p.pos] == '\\' && p.data[p.pos+1] == 'u' {
			low, ok = p.hex4(p.pos + 2)
		}
		if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
			p.pos += 6
			r = pair
		} else {
			r = utf8.RuneError
		}
	}
	return utf8.AppendRune(b, r), nil
}

func (p *jsonParser) hex4(at int) (rune, bool) {
	if at+4 > len(p.data) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.data[at:at+4]), 16, 16)
	return rune(n), err == nil
}

// scalar reads a number or one of the bare words.
func (p *jsonParser) scalar(v *Value) error {
	end := p.pos
	for end < len(p.data) && !strings.ContainsRune(" \t\r\n,:]}[{\"", rune(p.data[end])) {
		end++
	}
	word := string(p.data[p.pos:end])
	switch word {
	case "null":
	case "true", "false":
		v.Kind = Bool
	case "NaN", "Infinity", "-Infinity":
		v.Kind = Number
		p.slips = append(p.slips, Slip{Pointer: v.Pointer(), Code: "not-a-number", Text: word + " is not JSON"})
	default:
		if !isNumber(word) {
			return p.fail("a value was expected, not %s", p.shown())
		}
		v.Kind = Number
	}
	v.Text = word
	p.pos = end
	return nil
}

// isNumber tells a number of RFC 8259 section 6.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := cutDigits(&s)
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	if strings.HasPrefix(s, ".") {
		if s = s[1:]; cutDigits(&s) == "" {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if cutDigits(&s) == "" {
			return false
		}
	}
	return s == ""
}

// cutDigits cuts the leading digits off s and returns them.
func cutDigits(s *string) string {
	rest := strings.TrimLeft(*s, "0123456789")
	digits := (*s)[:len(*s)-len(rest)]
	*s = rest
	return digits
}

func (p *jsonParser) peek() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

// shown is what stands at pos, for messages.
func (p *jsonParser) shown() string {
	if p.pos >= len(p.data) {
		return "the end of the document"
	}
	rest := p.data[p.pos:min(len(p.data), p.pos+12)]
	return strconv.Quote(strings.ToValidUTF8(string(rest), ""))
}
