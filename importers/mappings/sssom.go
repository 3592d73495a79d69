package mappings

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"concord/importers/source"
)

// SSSOM, the Simple Standard for Sharing Ontological Mappings, in the version
// 1.1 that mapping-commons.github.io/sssom describes, and 1.0 before it. What
// a file is written in (sssom_tsv.go, sssom_json.go) becomes records of slots,
// and those become a crosswalk (sssom_read.go), and back (sssom_write.go).
//
// Identifiers are full URIs in a crosswalk and CURIEs in a file. A predicate
// is a CURIE in both. Every slot of the model has a field in taxonomy or is in
// Slots under its name; author_label is Author and, after the first, Slots.
// What Concord knows and SSSOM has no slot for (status, direction, languages of
// labels, what a predicate was before review) is in extension slots.
var (
	sssomFormat = format{name: "sssom", doc: "SSSOM as a table (TSV, CSV), its metadata in it or beside it", ext: ".sssom.tsv",
		claims: claimsSSSOM, read: readSSSOM, write: writeSSSOM}
	sssomJSONFormat = format{name: "sssom-json", doc: "SSSOM as JSON", ext: ".sssom.json",
		claims: claimsSSSOMJSON, read: readSSSOMJSON, write: writeSSSOMJSON}
)

// maxSSSOM bounds a file, which is read at once.
const maxSSSOM = 512 << 20

// claimsSSSOM takes a table with the columns that only SSSOM has.
func claimsSSSOM(f *source.File, head []byte) bool {
	if name := strings.ToLower(f.Name); strings.HasSuffix(name, ".sssom.tsv") || strings.HasSuffix(name, ".sssom.csv") {
		return true
	}
	if t := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"); len(t) > 0 && bytes.IndexByte([]byte("{[<@"), t[0]) >= 0 {
		return false // JSON or RDF
	}
	_, _, line := splitHead(head)
	columns := strings.FieldsFunc(string(line), func(r rune) bool { return strings.ContainsRune("\t,;\"\r ", r) })
	has := map[string]bool{}
	for _, c := range columns {
		has[c] = true
	}
	return has["predicate_id"] && (has["object_id"] || has["object_label"]) && (has["subject_id"] || has["subject_label"])
}

var sssomKey = regexp.MustCompile(`"(mapping_set_id|mapping_justification|predicate_id)"\s*:`)

// claimsSSSOMJSON takes an object that uses the slots of SSSOM.
func claimsSSSOMJSON(_ *source.File, head []byte) bool {
	h := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(h, []byte("{")) && sssomKey.Match(h)
}

// Companion tells a file that holds the metadata of an SSSOM table by its
// name. It is read together with the table.
func Companion(f *source.File) bool {
	stem := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(f.Name), ".yml"), ".yaml")
	return len(stem) < len(f.Name) && strings.HasSuffix(stem, ".sssom")
}

// beside returns the file that holds the metadata of a table which has none
// itself: one of the same name but for the ending, given with it or lying
// there; nil if there is none.
func beside(f *source.File, with []*source.File) *source.File {
	stem := strings.TrimSuffix(f.Name, path.Ext(f.Name))
	for _, name := range []string{stem + ".yml", stem + ".yaml", stem + ".sssom.yml", stem + ".sssom.yaml"} {
		var far *source.File // given, but from elsewhere
		for _, w := range with {
			switch {
			case w.Name != name:
			case path.Dir(w.Path) == path.Dir(f.Path):
				return w
			case far == nil:
				far = w
			}
		}
		if near := f.Beside(name); near != nil {
			return near
		}
		if far != nil {
			return far
		}
	}
	return nil
}
