package rdf

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// node reads an IRI, a prefixed name or a labelled blank node.
func (t *turtle) node(what string) (string, error) {
	switch c := t.peek(); {
	case c == '<':
		return t.iriRef()
	case c == '_' && t.at(1) == ':':
		start := t.pos
		t.pos += 2
		t.skipName(false)
		if t.pos == start+2 {
			return "", t.fail("a blank node needs a label after “_:”")
		}
		return t.s[start:t.pos], nil
	}
	return t.prefixed(what)
}

// iriRef reads "<…>" and resolves it.
func (t *turtle) iriRef() (string, error) {
	if t.peek() != '<' {
		return "", t.fail("an IRI in <…> was expected, not %s", t.shown())
	}
	start := t.pos + 1
	end := strings.IndexByte(t.s[start:], '>')
	if end < 0 {
		return "", t.fail("the IRI that starts here has no “>”")
	}
	written := t.s[start : start+end]
	if iri, ok := t.names[written]; ok {
		t.pos = start + end + 1
		return iri, nil
	}
	iri, odd := written, -1
	for i := 0; i < len(written); i++ {
		switch c := written[i]; {
		case c == '\n' || c == '<' || c == '"':
			return "", t.fail("the IRI that starts here has no “>”")
		case c == '\\':
			if iri == written {
				var err error
				if iri, err = t.unescaped(start, start+end); err != nil {
					return "", err
				}
			}
		case badInIRI(c) && odd < 0:
			odd = i
		}
	}
	if odd >= 0 {
		t.g.slip(t.line, "bad-iri", "%q may not stand in an IRI; <%s> is kept as it is written", written[odd], written)
	}
	iri = resolve(t.base, iri)
	t.names[written] = iri
	t.pos = start + end + 1
	return iri, nil
}

// prefixed reads a name like skos:prefLabel, :local or esco:.
func (t *turtle) prefixed(what string) (string, error) {
	start := t.pos
	t.skipName(false)
	label := t.s[start:t.pos]
	if t.peek() != ':' {
		t.pos = start
		return "", t.fail("%s was expected, not %s", what, t.shown())
	}
	t.pos++
	from := t.pos
	escaped := t.skipName(true)
	name := t.s[start:t.pos]
	if iri, ok := t.names[name]; ok {
		return iri, nil
	}
	space, ok := t.prefixes[label]
	if !ok {
		if space, ok = prefixIRI(label); !ok {
			t.pos = start
			return "", t.fail("the prefix “%s:” is not declared; add a line @prefix %s: <…> .", label, label)
		}
		if !t.assumed[label] {
			t.assumed[label] = true
			t.g.slip(t.line, "undeclared-prefix", "the prefix %s: is not declared; it is taken to mean <%s>", label, space)
		}
	}
	local := t.s[from:t.pos]
	if escaped {
		local = unslashed(local)
	}
	iri := resolve(t.base, space+local)
	t.names[name] = iri
	return iri, nil
}

// unslashed takes the backslashes out of a local name.
func unslashed(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// skipName moves pos behind a name (PN_PREFIX, BLANK_NODE_LABEL or, if local,
// PN_LOCAL). A dot at its end is not part of it.
func (t *turtle) skipName(local bool) (escaped bool) {
	end := t.pos
	for i := t.pos; i < len(t.s); {
		c := t.s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-':
			i++
		case c == '.':
			i++
			continue // only part of the name if more of it follows
		case local && c == ':':
			i++
		case local && c == '%' && i+2 < len(t.s) && isHex(t.s[i+1]) && isHex(t.s[i+2]):
			i += 3
		case local && c == '\\' && i+1 < len(t.s) && strings.IndexByte("_~.-!$&'()*+,;=/?#@%", t.s[i+1]) >= 0:
			escaped = true
			i += 2
		default:
			r, size := utf8.DecodeRuneInString(t.s[i:])
			if c < utf8.RuneSelf || !nameRune(r) {
				t.pos = end
				return escaped
			}
			i += size
		}
		end = i
	}
	t.pos = end
	return escaped
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// nameRune is Turtle's PN_CHARS.
func nameRune(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
	case r == utf8.RuneError, r == 0xD7, r == 0xF7, r == 0x37E:
		return false
	case r == 0xB7, r >= 0xC0 && r <= 0x1FFF, r == 0x200C, r == 0x200D, r == 0x203F, r == 0x2040:
		return true
	}
	return r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF || r >= 0x3001 && r <= 0xD7FF ||
		r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// literal reads a string with its language or datatype.
func (t *turtle) literal() (Term, error) {
	text, err := t.quoted()
	if err != nil {
		return Term{}, err
	}
	pos, line := t.pos, t.line
	t.space()
	switch {
	case t.peek() == '@':
		t.pos++
		start := t.pos
		for isAlphanumeric(t.peek()) || t.peek() == '-' && t.pos > start {
			t.pos++
		}
		if t.pos == start {
			return Term{}, t.fail("a language tag was expected after “@”")
		}
		return literal(text, t.s[start:t.pos], ""), nil
	case strings.HasPrefix(t.s[t.pos:], "^^"):
		t.pos += 2
		t.space()
		datatype, err := t.node("a datatype")
		if err != nil {
			return Term{}, err
		}
		return literal(text, "", datatype), nil
	}
	t.pos, t.line = pos, line
	return literal(text, "", ""), nil
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// quoted reads a string in one or three quotes of either kind.
func (t *turtle) quoted() (string, error) {
	start, quote := t.pos, t.s[t.pos]
	long := t.at(1) == quote && t.at(2) == quote
	from := start + 1
	if long {
		from = start + 3
	}
	escaped, lines := false, 0
	for i := from; i < len(t.s); i++ {
		switch c := t.s[i]; {
		case c == '\\':
			escaped = true
			i++
			if i < len(t.s) && t.s[i] == '\n' {
				lines++
			}
		case c == '\n' && !long:
			return "", t.fail("the string that starts here has no closing quote on its line; a text over several lines takes three quotes")
		case c == '\n':
			lines++
		case c == quote && (!long || strings.HasPrefix(t.s[i:], t.s[start:start+3])):
			end := i
			if long {
				// Up to two quotes may stand right before the closing three.
				for n := 0; n < 2 && end+3 < len(t.s) && t.s[end+3] == quote; n++ {
					end++
				}
			}
			text := t.s[from:end]
			if escaped {
				var err error
				if text, err = t.unescaped(from, end); err != nil {
					return "", err
				}
			}
			t.pos = end + (from - start)
			t.line += lines
			return text, nil
		}
	}
	return "", t.fail("the string that starts here has no closing quote")
}

// unescaped returns s[from:to] with its escape sequences decoded.
func (t *turtle) unescaped(from, to int) (string, error) {
	var b strings.Builder
	b.Grow(to - from)
	for i := from; i < to; {
		c := t.s[i]
		if c != '\\' {
			b.WriteByte(c)
			i++
			continue
		}
		digits := 0
		if i+1 < to {
			switch e := t.s[i+1]; e {
			case 'u':
				digits = 4
			case 'U':
				digits = 8
			default:
				if at := strings.IndexByte(`tbnrf"'\`, e); at >= 0 {
					b.WriteByte("\t\b\n\r\f\"'\\"[at])
					i += 2
					continue
				}
			}
		}
		if digits > 0 && i+2+digits <= to {
			if r, err := strconv.ParseUint(t.s[i+2:i+2+digits], 16, 32); err == nil && r <= utf8.MaxRune {
				b.WriteRune(rune(r))
				i += 2 + digits
				continue
			}
		}
		t.pos = i
		return "", t.fail("no such escape sequence: %s; a backslash is written \\\\", t.shown())
	}
	return b.String(), nil
}

// number reads an xsd:integer, xsd:decimal or xsd:double.
func (t *turtle) number() (Term, error) {
	start := t.pos
	digits := func() int {
		from := t.pos
		for t.peek() >= '0' && t.peek() <= '9' {
			t.pos++
		}
		return t.pos - from
	}
	if t.peek() == '+' || t.peek() == '-' {
		t.pos++
	}
	kind, n := "integer", digits()
	if next := t.at(1); t.peek() == '.' && (next >= '0' && next <= '9' || n > 0 && (next == 'e' || next == 'E')) {
		t.pos++
		kind = "decimal"
		n += digits()
	}
	if n > 0 && (t.peek() == 'e' || t.peek() == 'E') {
		t.pos++
		if t.peek() == '+' || t.peek() == '-' {
			t.pos++
		}
		kind = "double"
		n = digits()
	}
	if n == 0 {
		t.pos = start
		return Term{}, t.fail("a number was expected, not %s", t.shown())
	}
	return Term{Kind: Literal, Value: t.s[start:t.pos], Datatype: xsdNS + kind}, nil
}
