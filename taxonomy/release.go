package taxonomy

import (
	"fmt"
	"strings"
	"time"
)

// A Ref names a release: scheme "esco", version "1.2.0". An empty Version
// means the scheme's current release. Neither part holds '@', '/' or white space.
type Ref struct {
	Scheme  string
	Version string
}

// String returns "esco@1.2.0", or "esco" where there is no version.
func (r Ref) String() string {
	if r.Version == "" {
		return r.Scheme
	}
	return r.Scheme + "@" + r.Version
}

// ParseRef reads "NAME" or "NAME@VERSION". The error is an ErrInvalid.
func ParseRef(s string) (Ref, error) {
	name, version, versioned := strings.Cut(s, "@")
	bad := func(part string) bool {
		return part == "" || strings.HasPrefix(part, ".") || strings.ContainsAny(part, "@/\\: \t\n\r\x00")
	}
	if bad(name) || versioned && bad(version) {
		return Ref{}, fmt.Errorf("%w: %q does not name a scheme; write NAME or NAME@VERSION, like esco@1.2.0", ErrInvalid, s)
	}
	return Ref{Scheme: name, Version: version}, nil
}

// maxSlug bounds a scheme name made of a title, in bytes.
const maxSlug = 60

// plainLetters writes letters of European alphabets without their marks.
var plainLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "à", "a", "á", "a", "â", "a", "ã", "a", "å", "a", "æ", "ae",
	"ç", "c", "č", "c", "ć", "c", "ď", "d", "è", "e", "é", "e", "ê", "e", "ë", "e", "ě", "e", "ę", "e", "ì", "i", "í", "i", "î", "i", "ï", "i",
	"ł", "l", "ñ", "n", "ň", "n", "ń", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ø", "o", "œ", "oe", "ř", "r", "š", "s", "ś", "s", "ť", "t",
	"ù", "u", "ú", "u", "û", "u", "ů", "u", "ý", "y", "ž", "z", "ź", "z", "ż", "z", "ą", "a")

// Slug makes a scheme name of a title: lower-case ASCII letters, digits and
// single hyphens, at most 60 bytes. It is empty if nothing of title is left.
func Slug(title string) string {
	var b strings.Builder
	hyphen := ""
	for _, r := range plainLetters.Replace(strings.ToLower(title)) {
		switch {
		case (r < 'a' || r > 'z') && (r < '0' || r > '9'):
			if b.Len() > 0 {
				hyphen = "-"
			}
		case b.Len()+len(hyphen)+1 > maxSlug:
			return b.String()
		default:
			b.WriteString(hyphen)
			b.WriteRune(r)
			hyphen = ""
		}
	}
	return b.String()
}

// Unversioned is the version of a release whose source states none.
const Unversioned = "unversioned"

// A Scheme is a skos:ConceptScheme, ceasn:CompetencyFramework, CASE CFDocument
// or RSD collection: what stays the same from release to release.
type Scheme struct {
	Name     string    // short name in URLs and on the command line: "esco"
	Current  string    // version that a bare name means
	Pinned   bool      // Current was chosen by a person, not as the highest version
	Releases []Release // highest version first
}

// A Release is one version of a scheme (owl:versionInfo).
type Release struct {
	Ref
	URI       URI // of the scheme or framework as published; may be empty
	Title     string
	Publisher string
	License   string
	Issued    string // as the source writes it
	Format    string // importer that read it: "esco"
	Digest    string // "sha256:…" over Parts: names and digests, sorted
	Parts     []Part // files it was read from, by name
	Imported  time.Time
	Languages []Lang       // of its labels, sorted; filled by a Reader
	Concepts  map[Kind]int // filled by a Reader
	Relations int          // filled by a Reader
	Labels    int          // filled by a Reader
	Current   bool         // filled by a Reader
}

// A Part is one file a release was read from.
type Part struct {
	Name   string // base name, without archive and folders
	Digest string // "sha256:…" of its bytes
}

// CompareVersions orders version strings: runs of digits as numbers, the rest
// as text, so that 1.10.0 follows 1.9.2 and "29.2" follows "24.2"; a version
// that goes on follows one that stops. Unversioned is lowest.
func CompareVersions(a, b string) int {
	if a == b {
		return 0
	}
	if a == Unversioned {
		return -1
	}
	if b == Unversioned {
		return 1
	}
	for a != "" && b != "" {
		var x, y string
		x, a = versionRun(a)
		y, b = versionRun(b)
		if x == y {
			continue
		}
		if isDigit(x[0]) && isDigit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if len(x) != len(y) {
				return len(x) - len(y)
			}
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// versionRun cuts the leading run of digits, or of anything else, off s.
func versionRun(s string) (run, rest string) {
	i := 1
	for i < len(s) && isDigit(s[i]) == isDigit(s[0]) {
		i++
	}
	return s[:i], s[i:]
}
