package rdf

import "strings"

// hasScheme reports whether iri is absolute: it starts with a scheme and a colon.
func hasScheme(iri string) bool {
	for i := 0; i < len(iri); i++ {
		switch c := iri[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case c == ':':
			return i > 0
		default:
			return false
		}
	}
	return false
}

// resolve makes ref absolute against base (RFC 3986 section 5.2), without
// touching the spelling of either. An empty or relative base leaves ref alone.
func resolve(base, ref string) string {
	if hasScheme(ref) || !hasScheme(base) {
		return ref
	}
	base, _, _ = strings.Cut(base, "#")
	if ref == "" || ref[0] == '#' {
		return base + ref
	}
	base, _, _ = strings.Cut(base, "?")
	if ref[0] == '?' {
		return base + ref
	}
	scheme, rest, _ := strings.Cut(base, ":")
	scheme += ":"
	if strings.HasPrefix(ref, "//") {
		return scheme + ref
	}
	authority, path := "", rest
	if strings.HasPrefix(rest, "//") {
		authority = rest
		path = ""
		if i := strings.IndexByte(rest[2:], '/'); i >= 0 {
			authority, path = rest[:2+i], rest[2+i:]
		}
	}
	tail := ""
	if i := strings.IndexAny(ref, "?#"); i >= 0 {
		ref, tail = ref[:i], ref[i:]
	}
	switch {
	case ref[0] == '/':
		path = ref
	case path == "" && authority != "":
		path = "/" + ref
	default:
		path = path[:strings.LastIndexByte(path, '/')+1] + ref
	}
	return scheme + authority + withoutDots(path) + tail
}

// withoutDots removes "." and ".." segments (RFC 3986 section 5.2.4).
func withoutDots(path string) string {
	if !strings.Contains(path, "/.") && !strings.HasPrefix(path, ".") {
		return path
	}
	segments := strings.Split(path, "/")
	var out []string
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".":
		case "..":
			if n := len(out); n > 1 || n == 1 && out[0] != "" {
				out = out[:n-1]
			}
		default:
			out = append(out, s)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return strings.Join(out, "/")
}

// badInIRI reports whether c may not stand in an IRI (Turtle's IRIREF).
func badInIRI(c byte) bool {
	return c <= ' ' || strings.IndexByte("<>\"{}|^`\\", c) >= 0
}
