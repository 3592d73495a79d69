package alignment

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"concord/taxonomy"
)

// Identifiers as publishers and portals write them.
var (
	ctidPattern      = regexp.MustCompile(`(?i)^(?:https?://(?:sandbox\.)?credential(?:engine)?registry\.org/(?:[a-z_-]+/)?(?:resources|graph)/)?(ce-[0-9a-f]{8}-[0-9a-f-]{27})/?$`)
	casePattern      = regexp.MustCompile(`(?i)^(https?)://([^/]+)/(?:uri|ims/case/v1p[01]/CFItems|ims/case/v1p[01]/CFDocuments|cfitem|cfdoc)/([0-9a-f]{8}-[0-9a-f-]{27})/?$`)
	lightcastPattern = regexp.MustCompile(`(?i)^https?://[^/]*(?:emsidata\.com|lightcast\.io)/.*?\b((?:KS|ES)[0-9A-Z]{10,24})\b`)
	escoPattern      = regexp.MustCompile(`(?i)^https?://(?:data\.europa\.eu/esco|ec\.europa\.eu/esco(?:/portal|/api)?)/(?:resource/)?(skill|occupation|isco|isced-f)/([^/?#]+)/?$`)
	onetPattern      = regexp.MustCompile(`(?i)^https?://(?:www\.|services\.)?(?:onetonline\.org|onetcenter\.org|mynextmove\.org)/[^?#]*?/?((?:\d{2}-\d{4}\.\d{2})|(?:[1-6]\.[A-E](?:\.\d+)(?:\.[A-Za-z0-9]+)*))(?:[/?#].*)?$`)
	onetCode         = regexp.MustCompile(`^\d{2}-\d{4}(\.\d{2})?$`)
)

// uriForms returns the forms in which a URI may stand in a release, the URI as
// it is first. Nothing is looked up: these are ways of writing.
func uriForms(uri taxonomy.URI) []taxonomy.URI {
	s := strings.TrimSpace(string(uri))
	if s == "" {
		return nil
	}
	out := []taxonomy.URI{uri}
	add := func(forms ...string) {
		for _, f := range forms {
			if u := taxonomy.URI(f); !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	add(s)
	// A portal's page about a concept: ESCO's, the Registry's finder and others.
	if u, err := url.Parse(s); err == nil {
		for _, key := range []string{"uri", "conceptUri", "resource"} {
			if inner := u.Query().Get(key); strings.Contains(inner, "://") {
				s = inner
				add(s)
			}
		}
	}
	if m := escoPattern.FindStringSubmatch(s); m != nil {
		add("http://data.europa.eu/esco/" + strings.ToLower(m[1]) + "/" + m[2])
	}
	if m := onetPattern.FindStringSubmatch(s); m != nil {
		add("https://www.onetonline.org/link/summary/"+m[1], "https://www.onetonline.org/find/descriptor/result/"+m[1])
	}
	if m := ctidPattern.FindStringSubmatch(s); m != nil {
		ctid := strings.ToLower(m[1])
		for _, host := range []string{"https://credentialengineregistry.org", "https://sandbox.credentialengineregistry.org", "http://credentialengineregistry.org"} {
			add(host+"/resources/"+ctid, host+"/graph/"+ctid)
		}
		add(ctid)
	}
	if m := casePattern.FindStringSubmatch(s); m != nil {
		for _, scheme := range []string{m[1], "https", "http"} {
			base := strings.ToLower(scheme) + "://" + m[2]
			add(base+"/uri/"+m[3], base+"/ims/case/v1p0/CFItems/"+m[3], base+"/ims/case/v1p1/CFItems/"+m[3])
		}
		add(m[3])
	}
	if m := lightcastPattern.FindStringSubmatch(s); m != nil {
		add("https://lightcast.io/open-skills/skills/" + strings.ToUpper(m[1]))
	}
	// What anybody may write otherwise: http for https, a slash at the end.
	for _, f := range slices.Clone(out) {
		plain := strings.TrimSuffix(string(f), "/")
		add(plain, plain+"/")
		if rest, ok := strings.CutPrefix(plain, "https://"); ok {
			add("http://"+rest, "http://"+rest+"/")
		} else if rest, ok := strings.CutPrefix(plain, "http://"); ok {
			add("https://"+rest, "https://"+rest+"/")
		}
	}
	return out
}

// Keys are what a statement may be looked up by in a scheme.
type Keys struct {
	URIs  []taxonomy.URI // forms of its URI, as it is first
	Code  string
	Sure  bool // the code is surely of this scheme; else the concept must have the name, too
	Named bool // the statement names this scheme as its framework, so that a name alone will do
}

// Keys returns the keys of st in the scheme with the given title.
func (st Stated) Keys(scheme, title string) Keys {
	k := Keys{URIs: uriForms(st.URI), Named: FrameworkIs(st.Framework, scheme, title)}
	k.Code, k.Sure = codeOf(st, scheme)
	return k
}

// schemeOf names the well-known scheme a URI belongs to, or "".
func schemeOf(uri taxonomy.URI) string {
	for _, u := range uriForms(uri) {
		switch s := string(u); {
		case strings.HasPrefix(s, "http://data.europa.eu/esco/"):
			return "esco"
		case strings.HasPrefix(s, "https://www.onetonline.org/"):
			return "onet"
		}
	}
	return ""
}

// codeOf returns the code of a statement within a scheme: what it gives as code,
// or for O*NET what its address gives. sure is whether the code belongs to that
// scheme for certain; a code such as "1.2" is in many.
func codeOf(st Stated, scheme string) (code string, sure bool) {
	code = strings.TrimSpace(st.Code)
	if scheme == "onet" {
		m := onetPattern.FindStringSubmatch(string(st.URI))
		if m != nil {
			code = m[1]
		}
		soc := onetCode.MatchString(code)
		if soc && !strings.Contains(code, ".") {
			code += ".00"
		}
		return code, m != nil || soc
	}
	return code, FrameworkIs(st.Framework, scheme, "")
}

// frameworkNames are what the well-known schemes are called.
var frameworkNames = map[string][]string{
	"esco": {"esco", "european skills, competences"},
	"onet": {"o*net", "onet"},
}

// FrameworkIs reports whether what a document or a mapping set calls its
// framework is the scheme, or the release of it with this title.
func FrameworkIs(framework, scheme, title string) bool {
	f := strings.ToLower(strings.TrimSpace(framework))
	if f == "" {
		return false
	}
	for _, n := range frameworkNames[scheme] {
		if strings.Contains(f, n) {
			return true
		}
	}
	return f == scheme || f == strings.ToLower(title) && title != "" || taxonomy.Slug(f) == scheme
}
