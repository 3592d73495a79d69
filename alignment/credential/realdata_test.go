package credential

import (
	"os"
	"path/filepath"
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

func readReal(t *testing.T, path string) *alignment.Document {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Read(filepath.Base(path), data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestRealExamples looks closer at some of what TestManifest reads.
func TestRealExamples(t *testing.T) {
	root := sharedData(t, "openbadges")
	for name, want := range map[string]string{
		"ob_v3p0_impl_recommended-practices__0.json": "Text analysis",
		"ob_v3p0_impl_recommended-practices__1.json": "Linear equations and inequalities",
		"ob_v3p0_impl_getting-started__2.json":       "Advanced Shoe Tie",
	} {
		doc := readReal(t, filepath.Join(root, "spec-examples", name))
		roles := map[alignment.Role]bool{}
		for _, text := range doc.Texts {
			for _, b := range text.Blocks {
				roles[b.Role] = true
			}
		}
		if doc.Name != want || !roles[alignment.RoleTitle] || !roles[alignment.RoleDescription] || !roles[alignment.RoleCriterion] {
			t.Errorf("%s: %s", name, show(doc))
		}
	}
	complete := readReal(t, filepath.Join(root, "1edtech-fixtures", "src", "test", "resources", "ob30", "complete.json"))
	if len(complete.Stated) != 8 || !complete.Signed || len(complete.Texts) != 23 {
		t.Errorf("complete.json: %s", show(complete))
	}
}

// TestRealESCOLinks counts the ESCO skills that Europass samples state, plain
// and signed.
func TestRealESCOLinks(t *testing.T) {
	dir := filepath.Join(sharedData(t, "elm"), "conform-ed-elm", "examples", "edc")
	for _, name := range []string{"Sample-JointDegree-unsigned.json", "Sample-JointDegree-signed.jsonld", "Sample-MastersDegree-unsigned.json", "Sample-TranscriptOfRecords-signed.jsonld"} {
		doc := readReal(t, filepath.Join(dir, name))
		links := 0
		for _, s := range doc.Stated {
			if strings.HasPrefix(string(s.URI), "http://data.europa.eu/esco/skill/") && s.Name != "" {
				links++
			}
		}
		if links != 116 || len(doc.Stated) != 126 || doc.Signed != strings.Contains(name, "-signed") {
			t.Errorf("%s states %d skills of ESCO and %d in all, signed %v", name, links, len(doc.Stated), doc.Signed)
		}
	}
}

// TestSamples reads the project's own sample documents.
func TestSamples(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(repoRoot(t), "data", "samples", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("data/samples: %d files, %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs, err := readEvery(path, data, Options{})
		if err != nil || len(docs) == 0 || len(docs[0].Texts) == 0 {
			t.Errorf("%s: %v", path, err)
		}
	}
}
