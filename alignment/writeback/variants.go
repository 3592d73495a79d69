package writeback

import (
	"net/url"
	"regexp"
	"strings"
)

// Tokens that identify a concept whatever host or path its address has: a
// Lightcast skill (three hosts and a slug), a Credential Registry resource
// (/resources/ and /graph/).
var tokens = []struct{ host, pattern *regexp.Regexp }{
	{regexp.MustCompile(`(^|\.)(emsidata\.com|lightcast\.io)$`), regexp.MustCompile(`\b[KE]S[0-9A-Z]{10,}\b`)},
	{regexp.MustCompile(`(^|\.)(credentialengineregistry\.org|credentialengine\.org)$`), regexp.MustCompile(`(?i)\bce-[0-9a-f]{8}-[0-9a-f-]{27}\b`)},
}

// conceptKey is the same for the variants of a URI that documents have for one
// concept: http or https, a slash at the end, upper case in the host, the page
// of the ESCO portal in place of the concept.
func conceptKey(uri string) string {
	uri = strings.TrimSpace(uri)
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" {
		return strings.ToLower(uri)
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if inner := u.Query().Get("uri"); inner != "" && strings.HasSuffix(host, "europa.eu") {
		return conceptKey(inner)
	}
	for _, t := range tokens {
		if id := t.pattern.FindString(uri); id != "" && t.host.MatchString(host) {
			return strings.ToLower(id)
		}
	}
	path := u.EscapedPath()
	if host == "data.europa.eu" {
		path = strings.ToLower(path)
	}
	key := host + strings.TrimSuffix(path, "/")
	if u.RawQuery != "" {
		key += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		key += "#" + u.Fragment
	}
	return key
}

// Variants returns the ways a URI may be written in a store, likeliest first:
// as given, what a page of the ESCO portal is about, with the other of http
// and https, without a slash at the end.
func Variants(uri string) []string {
	out := []string{uri}
	if u, err := url.Parse(uri); err == nil && u.Query().Get("uri") != "" {
		uri = u.Query().Get("uri")
		out = append(out, uri)
	}
	uri = strings.TrimSuffix(uri, "/")
	out = append(out, uri)
	if rest, ok := strings.CutPrefix(uri, "https://"); ok {
		out = append(out, "http://"+rest)
	} else if rest, ok := strings.CutPrefix(uri, "http://"); ok {
		out = append(out, "https://"+rest)
	}
	return out
}
