package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// words are the texts of the interface in one language, by key.
type words map[string]string

// languages are the languages of the interface: strings/CODE.json holds the
// texts of one. Every language has every key; a test sees to it.
var languages = loadLanguages()

func loadLanguages() map[string]words {
	out := map[string]words{}
	for _, code := range languageCodes {
		raw, err := assets.ReadFile("strings/" + code + ".json")
		if err != nil {
			panic(err) // embedded: cannot be missing
		}
		var texts words
		if err := json.Unmarshal(raw, &texts); err != nil {
			panic(fmt.Errorf("strings/%s.json: %w", code, err))
		}
		out[code] = texts
	}
	return out
}

// languageCodes are the languages of the interface, the default first.
var languageCodes = []string{"en", "de"}

var languageMatcher = language.NewMatcher([]language.Tag{language.English, language.German})

// preferred is the language of the interface that an Accept-Language header
// likes best.
func preferred(header string) string {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return languageCodes[0]
	}
	_, i, _ := languageMatcher.Match(tags...)
	return languageCodes[i]
}

// text is the text of a key with args put in as fmt does; a key that is
// missing is shown as it is, so that it is seen.
func (s words) text(key string, args ...any) string {
	t, ok := s[key]
	if !ok {
		t = key
	}
	if len(args) > 0 {
		return fmt.Sprintf(t, args...)
	}
	return t
}

// number writes n with the thousands parted as the language does.
func (v *viewer) number(n int) string {
	sep := ","
	if v.Lang == "de" {
		sep = "."
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

// match is what a predicate is called.
func (v *viewer) match(m taxonomy.Match) string {
	return v.words.text("match." + strings.TrimPrefix(string(m), "skos:"))
}

// funcs are what templates call that depends on who looks.
func (v *viewer) funcs() template.FuncMap {
	return template.FuncMap{
		"t":         func(key string, args ...any) string { return v.words.text(key, args...) },
		"n":         v.number,
		"kind":      func(k taxonomy.Kind) string { return v.words.text("kind." + string(k)) },
		"match":     v.match,
		"languages": func() []string { return languageCodes },
	}
}

// pageFuncs are what templates call. Those that depend on who looks are put in
// when a page is shown (viewer.funcs).
var pageFuncs = template.FuncMap{
	"t": func(string, ...any) string { return "" }, "n": func(int) string { return "" }, "kind": func(taxonomy.Kind) string { return "" }, "match": func(taxonomy.Match) string { return "" }, "languages": func() []string { return nil },

	"navigation": func() []navItem { return navigation },
	"shortname": func(name string) string {
		stem, _, _ := strings.Cut(name, ".")
		return strings.ReplaceAll(stem, "-", " ")
	},
	"missed":      alignment.MissedFirst,
	"percent":     percent,
	"decimal":     decimal,
	"words":       wordDiff,
	"base64":      func(b []byte) string { return base64.StdEncoding.EncodeToString(b) },
	"lastrelease": func(list []Release) string { r := list[min(1, len(list)-1)]; return r.Scheme + "@" + r.Version },
	"kilo":        func(bytes int64) int { return int((bytes + 1023) / 1024) },
	"first":       func(n int, list []crosswalk.Unmapped) []crosswalk.Unmapped { return list[:min(n, len(list))] },
	"matches":     func() []taxonomy.Match { return taxonomy.Matches },
	"leasts":      func() []float64 { return leastShown },
	"total": func(m map[taxonomy.Kind]int) (n int) {
		for _, x := range m {
			n += x
		}
		return n
	},
	"concept": conceptPath,
	"add":     func(a, b int) int { return a + b },
	"times":   func(f *float64, by float64) float64 { return *f * by },
	"join":    strings.Join,
	"dict":    dict,
}

// A navItem is an entry of the navigation; its text is nav.KEY.
type navItem struct{ Key, Path string }

var navigation = []navItem{{"align", "/align"}, {"schemes", "/schemes"}, {"crosswalks", "/crosswalks"}, {"review", "/review"}, {"releases", "/releases"}, {"profile", "/profile"}}

// conceptPath is the permalink of a concept's page.
func conceptPath(uri taxonomy.URI, scheme, release string) string {
	p := "/concept?uri=" + url.QueryEscape(string(uri))
	if scheme != "" {
		p += "&scheme=" + url.QueryEscape(strings.TrimSuffix(scheme+"@"+release, "@"))
	}
	return p
}

// percent writes a share as people read it; a pointer may be given too.
func percent(share any) string {
	var f float64
	switch x := share.(type) {
	case float64:
		f = x
	case *float64:
		f = *x
	}
	return strconv.Itoa(int(100*f+0.5)) + " %"
}

// decimal writes a figure with two digits; a pointer may be given too.
func decimal(f any) string {
	switch x := f.(type) {
	case float64:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case *float64:
		return strconv.FormatFloat(*x, 'f', 2, 64)
	}
	return ""
}

// dict makes a map of keys and values, to hand several to a part of a template.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict takes keys and values in turn")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("key %d of dict is no string", i/2)
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// unquoteCookie reads a name that a cookie holds percent-encoded.
func unquoteCookie(s string) string {
	name, err := url.QueryUnescape(s)
	if err != nil {
		return ""
	}
	return name
}
