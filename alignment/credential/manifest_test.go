package credential

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"concord/alignment"
	"concord/importers/source"
)

// A manifestLine is a line of testdata/manifest.txt.
type manifestLine struct {
	line    int
	files   int
	pattern *regexp.Regexp
	want    *regexp.Regexp // type of document
	empty   bool           // it has no text
	refused string         // what the error says, if it is refused
	warning string
	seen    int
}

func manifest(t *testing.T) []*manifestLine {
	t.Helper()
	data, err := os.ReadFile("testdata/manifest.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []*manifestLine
	for i, line := range strings.Split(string(data), "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			t.Fatalf("manifest.txt:%d has %d cells", i+1, len(cells))
		}
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		files, err := strconv.Atoi(cells[0])
		if err != nil {
			t.Fatalf("manifest.txt:%d: %v", i+1, err)
		}
		r := &manifestLine{line: i + 1, files: files, pattern: glob(cells[1]), warning: cells[3]}
		if refused, ok := strings.CutPrefix(cells[2], "!"); ok {
			r.refused = refused
		} else {
			kind, empty := strings.CutSuffix(cells[2], " -")
			r.want, r.empty = glob(kind), empty
		}
		out = append(out, r)
	}
	return out
}

// glob makes a pattern of the manifest a regular expression.
func glob(pattern string) *regexp.Regexp {
	s := regexp.QuoteMeta(pattern)
	for _, r := range [][2]string{{`\*\*/`, `(.*/)?`}, {`\*`, `[^/]*`}, {`\{`, `(`}, {`\}`, `)`}} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	return regexp.MustCompile("^" + strings.ReplaceAll(s, ",", "|") + "$")
}

// TestManifest reads every file of eight folders of ../shared/data and holds
// each to its line of testdata/manifest.txt.
func TestManifest(t *testing.T) {
	root := sharedData(t, "")
	rules := manifest(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var files, documents, texts int
	for _, folder := range []string{"openbadges", "clr", "ctdl", "elm", "xapi", "schemaorg", "rsd", "case"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			name := filepath.ToSlash(rel)
			i := slices.IndexFunc(rules, func(r *manifestLine) bool { return r.pattern.MatchString(name) })
			if i < 0 {
				t.Errorf("%s is in no line of the manifest", name)
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rules[i].seen++
			files++
			docs, err := readEvery(path, data, Options{Now: now})
			if why := rules[i].differs(docs, err); why != "" {
				t.Errorf("%s: %s (manifest.txt:%d)", name, why, rules[i].line)
			}
			for _, doc := range docs {
				documents++
				texts += len(doc.Texts)
				if doc.Type != "catalogue/row" {
					checkDocument(t, name, data, doc)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range rules {
		if r.seen != r.files {
			t.Errorf("manifest.txt:%d fits %d files first, not %d", r.line, r.seen, r.files)
		}
	}
	t.Logf("%d files, %d documents, %d texts", files, documents, texts)
}

func readEvery(path string, data []byte, opt Options) (docs []*alignment.Document, err error) {
	for doc, err := range ReadAll(source.NewFile(filepath.Base(path), data), opt) {
		if err != nil {
			return docs, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

// differs says what is not as the rule says, or "".
func (r *manifestLine) differs(docs []*alignment.Document, err error) string {
	switch {
	case r.refused != "" && err == nil:
		return "is read"
	case r.refused != "" && !strings.Contains(err.Error(), r.refused):
		return "is refused otherwise: " + err.Error()
	case r.refused != "":
		return ""
	case err != nil:
		return "is refused: " + err.Error()
	}
	texts := 0
	for _, doc := range docs {
		texts += len(doc.Texts)
		if !r.want.MatchString(doc.Type) {
			return "is " + doc.Type
		}
		if r.warning != "" && !slices.ContainsFunc(doc.Warnings, func(w alignment.Warning) bool { return w.Code == r.warning }) {
			return fmt.Sprintf("has no warning %s: %v", r.warning, doc.Warnings)
		}
	}
	if (texts == 0) != r.empty {
		return fmt.Sprintf("has %d texts", texts)
	}
	return ""
}
