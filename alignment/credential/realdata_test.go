package credential

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concord/alignment"
)

// repoRoot returns the folder of go.mod.
func repoRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
}

// sharedData returns a folder of ../shared/data, or skips.
func sharedData(t testing.TB, folder string) string {
	t.Helper()
	dir := filepath.Join(repoRoot(t), "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not here; this test reads real files from it")
	}
	return filepath.Join(dir, folder)
}

type tally struct{ files, read, withTexts, texts, stated int }

// readAll reads every file under root that accept takes, checks what is read
// and hands refusals to refused.
func readAll(t *testing.T, root string, accept func(string) bool, refused func(path string, data []byte, err error)) (tally, map[string]*alignment.Document) {
	t.Helper()
	var n tally
	docs := map[string]*alignment.Document{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !accept(path) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n.files++
		doc, err := Read(filepath.Base(path), data, Options{})
		if err != nil {
			refused(path, data, err)
			return nil
		}
		checkDocument(t, path, data, doc)
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		docs[filepath.ToSlash(rel)] = doc
		n.read++
		n.texts += len(doc.Texts)
		n.stated += len(doc.Stated)
		if len(doc.Texts) > 0 {
			n.withTexts++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %+v", filepath.Base(root), n)
	return n, docs
}

func isJSONFile(path string) bool { return filepath.Ext(path) == ".json" }

// TestRealOpenBadges reads the examples of the specifications and the
// validator's fixtures. Every badge, assertion, endorsement and credential is
// read; what is refused is none of these, or no JSON at all.
func TestRealOpenBadges(t *testing.T) {
	reasons := []struct {
		text  string
		files int // how many were refused for it
	}{
		{"is an Open Badges ", 24},                 // issuers, keys, revocation lists, profiles
		{"is a JSON Schema", 5},                    // of extensions
		{"is a JSON-LD context", 4},                // of extensions
		{"it has the names schema:license", 14},    // fragments that show one property
		{"it has the names extensions:", 5},        // the same
		{"it has the names alg", 2},                // JWS headers
		{"it has the names narrative; what is", 1}, // criteria by themselves
		{"not valid JSON", 2},                      // comments in JSON, and a bare word
	}
	counts := make([]int, len(reasons))
	refused := func(path string, data []byte, err error) {
		var head struct {
			Type any `json:"type"`
		}
		if json.Unmarshal(data, &head) == nil {
			kinds, _ := json.Marshal(head.Type)
			for _, k := range []string{"Assertion", "BadgeClass", "Credential", "Endorsement", "Achievement"} {
				if strings.Contains(string(kinds), `"`+k) || strings.Contains(string(kinds), k+`"`) {
					t.Errorf("%s is of type %s but is refused: %v", path, kinds, err)
				}
			}
		}
		i := slices.IndexFunc(reasons, func(r struct {
			text  string
			files int
		}) bool {
			return strings.Contains(err.Error(), r.text)
		})
		if i < 0 {
			t.Errorf("%s: refused for no known reason: %v", path, err)
			return
		}
		counts[i]++
	}
	root := sharedData(t, "openbadges")
	spec, docs := readAll(t, filepath.Join(root, "spec-examples"), isJSONFile, refused)
	fixtures, more := readAll(t, filepath.Join(root, "1edtech-fixtures", "src", "test"), isJSONFile, refused)
	for i, r := range reasons {
		if counts[i] != r.files {
			t.Errorf("%d files refused because %q, want %d", counts[i], r.text, r.files)
		}
	}
	if spec.withTexts < 28 || fixtures.withTexts < 69 || spec.texts < 80 || fixtures.texts < 225 {
		t.Errorf("read %+v and %+v", spec, fixtures)
	}
	for path, want := range map[string]string{
		"ob_v3p0_impl_recommended-practices__0.json": "Text analysis",
		"ob_v3p0_impl_recommended-practices__1.json": "Linear equations and inequalities",
		"ob_v3p0_impl_getting-started__2.json":       "Advanced Shoe Tie",
	} {
		roles := map[alignment.Role]bool{}
		for _, text := range docs[path].Texts {
			for _, b := range text.Blocks {
				roles[b.Role] = true
			}
		}
		if docs[path].Name != want || !roles[alignment.RoleTitle] || !roles[alignment.RoleDescription] || !roles[alignment.RoleCriterion] {
			t.Errorf("%s: %s", path, show(docs[path]))
		}
	}
	if complete := more["resources/ob30/complete.json"]; len(complete.Stated) != 8 || !complete.Signed || len(complete.Texts) != 23 {
		t.Errorf("complete.json: %s", show(complete))
	}
}

// TestRealCarried reads the baked images and tokens among the fixtures.
func TestRealCarried(t *testing.T) {
	carriers := func(path string) bool { return slices.Contains([]string{".png", ".svg", ".jwt"}, filepath.Ext(path)) }
	n, _ := readAll(t, sharedData(t, "openbadges/1edtech-fixtures/src/test"), carriers, func(path string, _ []byte, err error) {
		if !strings.Contains(err.Error(), "without a badge baked into it") {
			t.Errorf("%s: %v", path, err)
		}
	})
	if n.read < 12 || n.withTexts < 8 {
		t.Errorf("read %+v", n)
	}
}

func TestRealCLR(t *testing.T) {
	n, _ := readAll(t, sharedData(t, "clr/1edtech-fixtures"), isJSONFile, func(path string, _ []byte, err error) { t.Errorf("%s: %v", path, err) })
	if n.read < 5 || n.texts < 75 {
		t.Errorf("read %+v", n)
	}
}

// TestRealCTDL reads everything under ctdl; credentials, courses, programs,
// opportunities and assessments must be read.
func TestRealCTDL(t *testing.T) {
	n, docs := readAll(t, sharedData(t, "ctdl"), isJSONFile, func(path string, _ []byte, err error) {
		if !strings.Contains(err.Error(), "is CTDL without a credential") && !strings.Contains(err.Error(), "no known kind") && !strings.Contains(err.Error(), "JSON Schema") &&
			!strings.Contains(err.Error(), "JSON-LD context") && !strings.Contains(err.Error(), "not valid JSON") {
			t.Errorf("%s: %v", path, err)
		}
	})
	if n.read < 31 || n.withTexts < n.read || n.texts < 290 {
		t.Errorf("read %+v", n)
	}
	kinds := map[string]int{}
	for _, d := range docs {
		kinds[d.Type]++
	}
	for _, want := range []string{"CTDL/Certification", "CTDL/BachelorDegree", "CTDL/Course", "CTDL/LearningProgram", "CTDL/LearningOpportunityProfile", "CTDL/AssessmentProfile", "CTDL/License"} {
		if kinds[want] == 0 {
			t.Errorf("no %s among %v", want, kinds)
		}
	}
}

func TestRealSchemaOrg(t *testing.T) {
	n, _ := readAll(t, sharedData(t, "schemaorg/examples-jsonld"), isJSONFile, func(path string, data []byte, err error) {
		// Job postings, persons, organisations, products and incentives.
		if strings.Contains(string(data), `"@type": "Course"`) {
			t.Errorf("%s: %v", path, err)
		}
	})
	if n.withTexts < 14 {
		t.Errorf("read %+v", n)
	}
}

// TestSamples reads the project's own sample documents.
func TestSamples(t *testing.T) {
	dir := filepath.Join(repoRoot(t), "data", "samples")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("data/samples is not here")
	}
	n, _ := readAll(t, dir, func(string) bool { return true }, func(path string, _ []byte, err error) { t.Errorf("%s: %v", path, err) })
	if n.withTexts != n.files || n.files == 0 {
		t.Errorf("read %+v", n)
	}
}
