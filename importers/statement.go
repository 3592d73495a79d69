package importers

import (
	"fmt"
	"regexp"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// maxLabel is the length in runes up to which a statement is its own
// preferred label; a longer one is cut for the label and kept whole as the
// definition.
const maxLabel = 200

// state gives c its labels and definitions: names are short labels, texts the
// statements they stand for, both as a source writes them (HTML is taken out).
// The first name of a language is its preferred label, further ones are
// alternative; where a language has no name, its first text is the label.
func state(c *taxonomy.Concept, names, texts []source.LangText) {
	for _, n := range names {
		text := source.PlainText(n.Text)
		switch {
		case text == "":
		case hasPref(c, n.Lang):
			c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.AltLabel, Lang: n.Lang, Text: text})
		default:
			c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: n.Lang, Text: text})
		}
	}
	for _, t := range texts {
		text := source.PlainText(t.Text)
		if text == "" {
			continue
		}
		if !hasPref(c, t.Lang) {
			label := shorten(text)
			c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: t.Lang, Text: label})
			if label == text {
				continue
			}
		} else if hasLabel(c, text) {
			continue
		}
		c.Notes = append(c.Notes, taxonomy.Note{Kind: taxonomy.Definition, Lang: t.Lang, Text: text})
	}
}

func hasPref(c *taxonomy.Concept, lang taxonomy.Lang) bool {
	for _, l := range c.Labels {
		if l.Kind == taxonomy.PrefLabel && l.Lang.Base() == lang.Base() {
			return true
		}
	}
	return false
}

func hasLabel(c *taxonomy.Concept, text string) bool {
	for _, l := range c.Labels {
		if l.Text == text {
			return true
		}
	}
	return false
}

// shorten returns s if it is no longer than maxLabel, else its first sentence
// if that is, else as many whole words as fit and an ellipsis. Line breaks
// become blanks where s is cut.
func shorten(s string) string {
	runes := []rune(s)
	if len(runes) <= maxLabel {
		return s
	}
	head := strings.Join(strings.Fields(string(runes[:maxLabel])), " ")
	if i := strings.Index(head, ". "); i >= 20 {
		return head[:i+1]
	}
	if i := strings.LastIndexByte(head, ' '); i > 0 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:") + "…"
}

// plainLang is text in the language of what says none.
func plainLang(lang taxonomy.Lang, text string) []source.LangText {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return []source.LangText{{Lang: lang, Text: text}}
}

// A minter makes URIs for records that have none: "urn:uuid:" and the UUID5 of
// the record's texts. Records with the same texts are told apart by counting.
type minter map[string]int

func (m minter) mint(parts ...string) taxonomy.URI {
	key := strings.Join(parts, "\n")
	m[key]++
	if n := m[key]; n > 1 {
		parts = append(parts[:len(parts):len(parts)], fmt.Sprint(n))
	}
	return taxonomy.URI("urn:uuid:" + source.UUID5(parts...))
}

var uuidPattern = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// isAbsolute tells a URI with a scheme from a bare identifier.
func isAbsolute(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || len(scheme) < 2 || rest == "" || strings.ContainsAny(s, " \t\r\n<>\"") {
		return false
	}
	for i, c := range scheme {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return true
}

// isWeb tells an http or https URL.
func isWeb(s string) bool {
	l := strings.ToLower(s)
	return (strings.HasPrefix(l, "http://") || strings.HasPrefix(l, "https://")) && isAbsolute(s)
}

// A stated collects the mappings that a framework states about its own
// concepts; they are put as one set when all of it is read.
type stated struct {
	rows []taxonomy.Mapping
	seen map[[3]string]bool // subject, predicate, object
}

// add keeps a mapping, the first time it is stated. Sources of this kind do
// not say how their mappings were found.
func (s *stated) add(m taxonomy.Mapping) {
	key := [3]string{string(m.Subject), string(m.Predicate), string(m.Object)}
	if s.seen[key] {
		return
	}
	if s.seen == nil {
		s.seen = map[[3]string]bool{}
	}
	s.seen[key] = true
	m.Justification = taxonomy.Unspecified
	s.rows = append(s.rows, m)
}

// put writes the set, whose ID is "urn:concord:mappings:" and the release, so
// that it comes and goes with the release. There is no set without mappings.
func (s *stated) put(r *reader, title string, license string) error {
	if len(s.rows) == 0 {
		return nil
	}
	set := taxonomy.MappingSet{ID: taxonomy.URI("urn:concord:mappings:" + r.ref.String()), Title: "Alignments stated by " + title, Version: r.ref.Version, License: license, Origin: r.ref}
	if err := r.w.PutMappingSet(&set); err != nil {
		return err
	}
	for _, m := range s.rows {
		m.Set = set.ID
		if err := r.mapping(m); err != nil {
			return err
		}
	}
	return nil
}
