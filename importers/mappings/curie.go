package mappings

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"concord/taxonomy"
)

// builtin is the prefixes that every SSSOM file may use without saying so, and
// that none may use for anything else (SSSOM, "Identifiers").
var builtin = map[string]string{
	"linkml": "https://w3id.org/linkml/",
	"owl":    "http://www.w3.org/2002/07/owl#",
	"rdf":    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
	"rdfs":   "http://www.w3.org/2000/01/rdf-schema#",
	"semapv": "https://w3id.org/semapv/vocab/",
	"skos":   "http://www.w3.org/2004/02/skos/core#",
	"sssom":  "https://w3id.org/sssom/",
	"xsd":    "http://www.w3.org/2001/XMLSchema#",
}

// familiar is the names that namespaces have among people, for sets that name none.
var familiar = []struct{ prefix, namespace string }{
	{"esco", "http://data.europa.eu/esco/"},
	{"onet", "https://www.onetonline.org/link/summary/"},
	{"orcid", "https://orcid.org/"},
}

// curies turns CURIEs into URIs and back by the prefixes of a mapping set.
type curies struct {
	prefixes map[string]string // by prefix; the set's own and those made up, not the built-in
	used     map[string]bool   // prefixes that contract has written
	sorted   []string          // prefixes, the longest namespace first; nil: to be sorted
	byStart  map[string]string // namespaces split from URIs → prefix made up
}

func newCuries(prefixes map[string]string) *curies {
	c := &curies{prefixes: map[string]string{}, used: map[string]bool{}, byStart: map[string]string{}}
	for prefix, namespace := range prefixes {
		if builtin[prefix] == "" && prefix != "" && namespace != "" {
			c.prefixes[prefix] = namespace
		}
	}
	return c
}

func (c *curies) namespace(prefix string) string {
	if ns := builtin[prefix]; ns != "" {
		return ns
	}
	return c.prefixes[prefix]
}

// expand returns the URI that s stands for. What is absolute stays; known is
// false for what is neither, which stays as well.
func (c *curies) expand(s string) (uri string, known bool) {
	prefix, local, ok := strings.Cut(s, ":")
	if !ok {
		return s, false
	}
	if ns := c.namespace(prefix); ns != "" && !strings.HasPrefix(local, "//") {
		return ns + local, true
	}
	return s, absolute(s)
}

// absolute tells a URI from a CURIE whose prefix nobody knows.
func absolute(s string) bool {
	scheme, rest, _ := strings.Cut(s, ":")
	switch strings.ToLower(scheme) {
	case "urn", "mailto", "tag", "info", "nih", "did", "doi":
		return rest != ""
	}
	return scheme != "" && strings.HasPrefix(rest, "//") && len(rest) > 2
}

// contract returns the CURIE of a URI, with a prefix that is made up where the
// set has none for it, or s itself where it cannot be one.
func (c *curies) contract(s string) string {
	if curie, ok := c.short(s); ok {
		return curie
	}
	start := namespaceOf(s)
	if start == "" || !absolute(s) {
		return s
	}
	prefix, ok := c.byStart[start]
	if !ok {
		prefix = c.made(start)
		c.byStart[start] = prefix
	}
	return prefix + ":" + s[len(c.prefixes[prefix]):]
}

// short returns the CURIE of a URI by the prefix that takes most of it.
func (c *curies) short(s string) (string, bool) {
	if c.sorted == nil {
		c.sorted = slices.Concat(slices.Collect(maps.Keys(c.prefixes)), slices.Collect(maps.Keys(builtin)))
		slices.SortFunc(c.sorted, c.longest)
	}
	for _, prefix := range c.sorted {
		if local, ok := strings.CutPrefix(s, c.namespace(prefix)); ok && local != "" && !strings.HasPrefix(local, "//") {
			c.used[prefix] = true
			return prefix + ":" + local, true
		}
	}
	return s, false
}

func (c *curies) longest(a, b string) int {
	if d := len(c.namespace(b)) - len(c.namespace(a)); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

// predicate returns a predicate as a CURIE, if it can be one.
func (c *curies) predicate(uri string) taxonomy.Match {
	if local, ok := strings.CutPrefix(uri, builtin["skos"]); ok && local != "" {
		return taxonomy.Match("skos:" + local) // also where the set has another prefix for it
	}
	curie, _ := c.short(uri)
	return taxonomy.Match(curie)
}

// namespaceOf is a URI up to its last # or /, or : in a URN; empty where
// nothing would be left behind it or before it.
func namespaceOf(s string) string {
	cut := strings.LastIndexAny(s, "#/") + 1
	if !strings.Contains(s, "://") && cut == 0 {
		cut = strings.LastIndexByte(s, ':') + 1
	}
	if scheme := strings.Index(s, "://"); cut == len(s) || scheme >= 0 && cut <= scheme+3 {
		return ""
	}
	return s[:cut]
}

// made adds a prefix for a namespace and returns it.
func (c *curies) made(namespace string) string {
	base := ""
	for _, f := range familiar {
		if strings.HasPrefix(namespace, f.namespace) && c.namespace(f.prefix) == "" {
			base, namespace = f.prefix, f.namespace
		}
	}
	if base == "" {
		parts := strings.FieldsFunc(namespace, func(r rune) bool { return strings.ContainsRune("/#:", r) })
		base = taxonomy.Slug(parts[len(parts)-1])
	}
	if base == "" || base[0] < 'a' || base[0] > 'z' || !ncname(base) {
		base = "ns"
	}
	prefix := base
	for n := 2; c.namespace(prefix) != ""; n++ {
		prefix = base + strconv.Itoa(n)
	}
	c.prefixes[prefix], c.used[prefix], c.sorted = namespace, true, nil
	return prefix
}

// ncname tells a name that YAML, tables and XML all take as it is.
func ncname(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '-' || r == '.')) {
			return false
		}
	}
	return s != ""
}
