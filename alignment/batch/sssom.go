package batch

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// A Set is what a mapping set says of itself.
type Set struct {
	License string                        // of the alignments, as a URL; blank: not specified
	Version string                        // of the program
	Sources map[taxonomy.Ref]taxonomy.URI // of schemes, where their releases state one
}

// unspecified is the licence that SSSOM tools write where nobody has chosen one.
const unspecified = "https://w3id.org/sssom/license/unspecified"

// sssom is an SSSOM mapping set in the TSV form of SSSOM 1.0
// (mapping-commons.github.io/sssom/spec-formats-tsv): a YAML header behind #,
// which expands the prefixes that the rows use, then a row for each proposal.
// The subject is the document by its digest, as the hexadecimal name of RFC
// 6920: the prefix sha256 stands for nih:sha-256; so that subject_id reads as
// the digest does everywhere else. The set is named by what is in it, so the
// rows wait in a temporary file until they are all there.
type sssom struct {
	out      io.Writer
	set      Set
	body     *os.File
	digest   func() []byte
	rows     *csv.Writer
	prefixes map[string]string // by namespace
	taken    map[string]bool
}

// sssomColumns are the slots of a row, in the order of the SSSOM model.
var sssomColumns = []string{"subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification",
	"object_source", "object_source_version", "confidence", "match_string", "comment"}

func newSSSOM(w io.Writer, set Set) (*sssom, error) {
	body, err := os.CreateTemp("", "concord-*.sssom.tsv")
	if err != nil {
		return nil, fmt.Errorf("writing the rows of the mapping set: %w", err)
	}
	h := sha256.New()
	s := &sssom{out: w, set: set, body: body, digest: func() []byte { return h.Sum(nil) },
		prefixes: map[string]string{"nih:sha-256;": "sha256"},
		taken:    map[string]bool{"sha256": true, "skos": true, "semapv": true, "sssom": true, "owl": true, "rdf": true, "rdfs": true, "orcid": true, "xsd": true, "linkml": true}}
	s.rows = csv.NewWriter(io.MultiWriter(body, h))
	s.rows.Comma = '\t'
	return s, s.rows.Write(sssomColumns)
}

// Add writes the proposals of a document. What a document states itself is no
// proposal, and nothing found is no row.
func (s *sssom) Add(r Result) error {
	if r.Err != nil {
		return nil
	}
	for _, a := range r.Answer.Alignments {
		object, source := s.curie(string(a.URI), a.Scheme), ""
		if uri := s.set.Sources[taxonomy.Ref{Scheme: a.Scheme, Version: a.Release}]; uri != "" {
			source = s.curie(string(uri), a.Scheme)
		}
		predicate := a.Predicate
		if predicate == "" {
			predicate = "skos:mappingRelation"
		}
		match, comment := "", r.File
		if len(a.Evidence) > 0 {
			ev := a.Evidence[0]
			if ev.Matched.By == "" {
				match = piped(oneLine(ev.Quote))
			}
			comment = oneLine(r.File+" "+ev.Pointer) + ": “" + oneLine(ev.Quote) + "”"
		}
		row := []string{r.Answer.Document.Digest, oneLine(r.Answer.Document.Name), string(predicate), object, oneLine(a.Label),
			string(justification(a)), source, a.Release, decimal(a.Probability), match, comment}
		if err := s.rows.Write(row); err != nil {
			return fmt.Errorf("writing the alignments of %s: %w", r.File, err)
		}
	}
	return nil
}

// justification is the SEMAPV term of how a proposal was found: words and
// meaning are weighed together, unless meaning alone found it.
func justification(a alignment.Alignment) taxonomy.Justification {
	for _, ev := range a.Evidence {
		if ev.Matched.By != alignment.ByMeaning {
			return taxonomy.CompositeMatching
		}
	}
	return "semapv:SemanticSimilarityThresholdMatching"
}

// curie writes a URI with a prefix for all up to its last #, / or :. A plain
// code of somebody's own list gets the namespace urn:x-concord:SCHEME:.
func (s *sssom) curie(uri, scheme string) string {
	cut := strings.LastIndexAny(uri, "#/") + 1
	if cut == len(uri) {
		cut = strings.LastIndexAny(strings.TrimRight(uri, "#/"), "#/") + 1
	}
	if cut == 0 {
		cut = strings.LastIndex(uri, ":") + 1
	}
	namespace, local := uri[:cut], uri[cut:]
	if cut == 0 {
		namespace = "urn:x-concord:" + url.PathEscape(scheme) + ":"
	}
	prefix := s.prefixes[namespace]
	if prefix == "" {
		base := taxonomy.Slug(scheme)
		if base == "" || base[0] >= '0' && base[0] <= '9' {
			base = "scheme" + base
		}
		prefix = base
		for n := 2; s.taken[prefix]; n++ {
			prefix = base + strconv.Itoa(n)
		}
		s.taken[prefix] = true
		s.prefixes[namespace] = prefix
	}
	return prefix + ":" + strings.NewReplacer(" ", "%20", "\t", "%09", "\n", "%0A", "|", "%7C").Replace(local)
}

// Close writes the header and then the rows.
func (s *sssom) Close() error {
	defer os.Remove(s.body.Name())
	defer s.body.Close()
	s.rows.Flush()
	if err := s.rows.Error(); err != nil {
		return fmt.Errorf("writing the rows of the mapping set: %w", err)
	}
	if _, err := s.body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading the rows of the mapping set again: %w", err)
	}
	if _, err := io.WriteString(s.out, s.header()); err != nil {
		return fmt.Errorf("writing the header of the mapping set: %w", err)
	}
	if _, err := io.Copy(s.out, s.body); err != nil {
		return fmt.Errorf("writing the mapping set: %w", err)
	}
	return nil
}

// header is the metadata block: YAML, every value as a JSON string.
func (s *sssom) header() string {
	license := s.set.License
	if license == "" {
		license = unspecified
	}
	curies := map[string]string{"skos": "http://www.w3.org/2004/02/skos/core#", "semapv": "https://w3id.org/semapv/vocab/"}
	for namespace, prefix := range s.prefixes {
		curies[prefix] = namespace
	}
	var names []string
	for prefix := range curies {
		names = append(names, prefix)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString("#curie_map:\n")
	for _, prefix := range names {
		fmt.Fprintf(&b, "#  %s: %s\n", prefix, quoted(curies[prefix]))
	}
	for _, slot := range [][2]string{
		{"mapping_set_id", "nih:sha-256;" + hex.EncodeToString(s.digest())},
		{"mapping_set_description", "Skill concepts proposed for documents; nobody has reviewed them. The subject is a document by the digest of its bytes."},
		{"license", license},
		{"subject_type", "rdfs resource"},
		{"object_type", "skos concept"},
		{"mapping_tool", "Concord"},
		{"mapping_tool_version", s.set.Version},
	} {
		if slot[1] != "" {
			fmt.Fprintf(&b, "#%s: %s\n", slot[0], quoted(slot[1]))
		}
	}
	return b.String()
}

func quoted(v string) string {
	raw, _ := json.Marshal(v) // of a string it cannot fail
	return string(raw)
}

func oneLine(v string) string { return strings.Join(strings.Fields(v), " ") }

// piped keeps a value whole in a slot whose values are parted by |.
func piped(v string) string { return strings.NewReplacer(`\`, `\\`, "|", `\|`).Replace(v) }
