package pdftext

import (
	"bytes"
	"strconv"
	"strings"
)

// A parser reads objects (ISO 32000-1, 7.3) and operators. It never fails: what
// is no object is an operator or nil, and it always moves on.
type parser struct {
	data []byte
	pos  int
}

// An operator is a bare word: of a content stream or a character map.
type operator string

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// space skips white space and comments.
func (p *parser) space() {
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case isSpace(c):
			p.pos++
		case c == '%':
			for p.pos < len(p.data) && p.data[p.pos] != '\n' && p.data[p.pos] != '\r' {
				p.pos++
			}
		default:
			return
		}
	}
}

func (p *parser) done() bool {
	p.space()
	return p.pos >= len(p.data)
}

// object reads one object, reference or operator; nil at the end.
func (p *parser) object(depth int) any {
	if p.done() {
		return nil
	}
	c := p.data[p.pos]
	switch {
	case c == '/':
		return p.name()
	case c == '(':
		return p.literal()
	case c == '<' && p.pos+1 < len(p.data) && p.data[p.pos+1] == '<':
		p.pos += 2
		return p.dict(depth)
	case c == '<':
		return p.hex()
	case c == '[':
		p.pos++
		return p.array(depth)
	case isDelimiter(c):
		p.pos++
		return operator(c)
	}
	word := p.word()
	if n, err := strconv.ParseFloat(word, 64); err == nil && word[0] < 'A' {
		if r, ok := p.reference(n); ok {
			return r
		}
		return n
	}
	switch word {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return operator(word)
}

func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.data) && !isSpace(p.data[p.pos]) && !isDelimiter(p.data[p.pos]) {
		p.pos++
	}
	return string(p.data[start:min(p.pos, start+64)])
}

// reference reads "G R" behind a number, if it is there.
func (p *parser) reference(n float64) (ref, bool) {
	if n < 0 || n != float64(int32(n)) {
		return 0, false
	}
	at := p.pos
	p.space()
	digits := p.pos
	for p.pos < len(p.data) && p.data[p.pos] >= '0' && p.data[p.pos] <= '9' && p.pos < digits+6 {
		p.pos++
	}
	if p.pos > digits {
		p.space()
		if p.pos < len(p.data) && p.data[p.pos] == 'R' && (p.pos+1 == len(p.data) || isSpace(p.data[p.pos+1]) || isDelimiter(p.data[p.pos+1])) {
			p.pos++
			return ref(n), true
		}
	}
	p.pos = at
	return 0, false
}

func (p *parser) name() name {
	p.pos++
	start := p.pos
	for p.pos < len(p.data) && !isSpace(p.data[p.pos]) && !isDelimiter(p.data[p.pos]) {
		p.pos++
	}
	raw := string(p.data[start:min(p.pos, start+256)])
	if !strings.Contains(raw, "#") {
		return name(raw)
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if n, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(raw[i])
	}
	return name(b.String())
}

func (p *parser) dict(depth int) any {
	d := dict{}
	for !p.done() {
		if bytes.HasPrefix(p.data[p.pos:], []byte(">>")) {
			p.pos += 2
			return d
		}
		key, ok := p.object(depth + 1).(name)
		if !ok {
			continue // something that has no place here
		}
		if p.done() || bytes.HasPrefix(p.data[p.pos:], []byte(">>")) {
			continue
		}
		if depth > maxNesting {
			p.pos = len(p.data)
			return d
		}
		value := p.object(depth + 1)
		if op, ok := value.(operator); ok && (op == "endobj" || op == "stream") {
			return d // the end mark is missing
		}
		d[key] = value
	}
	return d
}

func (p *parser) array(depth int) any {
	a := array{}
	for !p.done() {
		if p.data[p.pos] == ']' {
			p.pos++
			return a
		}
		if depth > maxNesting {
			p.pos = len(p.data)
			return a
		}
		value := p.object(depth + 1)
		if op, ok := value.(operator); ok && op == "endobj" {
			return a
		}
		a = append(a, value)
	}
	return a
}

// literal reads a string in parentheses.
func (p *parser) literal() text {
	var b []byte
	depth := 0
	for ; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		switch c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				p.pos++
				return text(b)
			}
		case '\\':
			b = p.escape(b)
			continue
		}
		b = append(b, c)
	}
	return text(b)
}

// escape reads a backslash and what follows; pos is left on its last byte.
func (p *parser) escape(b []byte) []byte {
	if p.pos+1 >= len(p.data) {
		return b
	}
	p.pos++
	c := p.data[p.pos]
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(b, "\n\r\t\b\f"[i])
	}
	switch {
	case c == '\r' && p.pos+1 < len(p.data) && p.data[p.pos+1] == '\n':
		p.pos++
		return b
	case c == '\n' || c == '\r':
		return b
	case c < '0' || c > '7':
		return append(b, c)
	}
	n := 0
	for i := 0; i < 3 && p.pos+i < len(p.data) && p.data[p.pos+i] >= '0' && p.data[p.pos+i] <= '7'; i++ {
		n = n*8 + int(p.data[p.pos+i]-'0')
		if i == 2 || p.pos+i+1 >= len(p.data) || p.data[p.pos+i+1] < '0' || p.data[p.pos+i+1] > '7' {
			p.pos += i
			break
		}
	}
	return append(b, byte(n))
}

// hex reads a string in hexadecimal digits.
func (p *parser) hex() text {
	var b []byte
	half, n := false, byte(0)
	for p.pos++; p.pos < len(p.data) && p.data[p.pos] != '>'; p.pos++ {
		c := p.data[p.pos]
		v := bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
		if v < 0 || c < '0' {
			continue
		}
		if half {
			b = append(b, n<<4|byte(v))
		}
		n, half = byte(v), !half
	}
	p.pos = min(p.pos+1, len(p.data))
	if half {
		b = append(b, n<<4)
	}
	return text(b)
}
