package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// arrows lists, for each package, the packages of this module it may import.
// ARCHITECTURE.md draws the same picture.
var arrows = map[string][]string{
	"taxonomy":             {},
	"taxonomy/sqlite":      {"taxonomy"},
	"taxonomy/view":        {"taxonomy"},
	"importers/source":     {"taxonomy"},
	"importers/rdf":        {"taxonomy", "importers/source"},
	"importers":            {"taxonomy", "importers/source", "importers/rdf"},
	"importers/mappings":   {"taxonomy", "importers", "importers/source", "importers/rdf"},
	"index":                {"taxonomy"},
	"alignment/vectors":    {"taxonomy", "index"},
	"alignment":            {"taxonomy", "index", "alignment/vectors", "alignment/regression"},
	"alignment/bench":      {"taxonomy", "alignment", "alignment/credential", "alignment/crosswalk", "alignment/crosswalk/suggest", "alignment/vectors"},
	"alignment/credential": {"taxonomy", "alignment", "importers/source", "alignment/carrier", "alignment/credential/pdftext"},
	"alignment/batch":      {"taxonomy", "index", "alignment", "alignment/credential", "importers/source"},
	"alignment/carrier":    {},
	"alignment/jsonpatch":  {"taxonomy", "importers/source"},
	"alignment/kept":       {"taxonomy"},
	"alignment/crosswalk":  {"taxonomy", "alignment", "importers/source", "alignment/crosswalk/picture"},
	"alignment/portfolio":  {"taxonomy", "alignment", "alignment/crosswalk"},
	"alignment/releases":   {"taxonomy", "index", "alignment", "alignment/crosswalk", "alignment/vectors", "alignment/jsonpatch", "alignment/carrier", "importers/source"},
	"alignment/writeback":  {"taxonomy", "alignment", "alignment/carrier", "alignment/jsonpatch", "importers/source"},
	"alignment/acceptance": {"taxonomy", "alignment", "alignment/writeback"},
	"web":                  {"taxonomy", "taxonomy/view", "importers", "importers/source", "importers/mappings", "index", "alignment", "alignment/vectors", "alignment/credential", "alignment/writeback", "alignment/acceptance", "alignment/batch", "alignment/jsonpatch", "alignment/kept", "alignment/portfolio", "alignment/crosswalk", "alignment/crosswalk/picture", "alignment/releases", "alignment/review", "data", "docs"},
	"web/load":             {},
	"web/client":           {},
	"alignment/review":     {"taxonomy", "importers", "importers/source"},
	"data":                 {},
	"docs":                 {},
	"cmd/concord":          {"*"},

	"alignment/credential/pdftext": {},
	"alignment/crosswalk/picture":  {},
	"alignment/crosswalk/site":     {"taxonomy", "alignment/crosswalk", "alignment/crosswalk/picture"},
	"alignment/crosswalk/suggest":  {"taxonomy", "index", "alignment", "alignment/review", "alignment/vectors", "alignment/regression"},
	"alignment/regression":         {},
}

// keptTo lists libraries that only some packages may see.
var keptTo = map[string][]string{
	"github.com/mattn/go-sqlite3":  {"taxonomy/sqlite", "cmd/concord"},
	"github.com/blevesearch/bleve": {"index"},
	"github.com/knakk/rdf":         {"importers/rdf"},
	"github.com/piprate/json-gold": {"importers/rdf"},
	"github.com/xuri/excelize":     {"importers"},
	"github.com/gorilla/mux":       {"web"},
	"github.com/spf13/cobra":       {"cmd/concord"},
	"github.com/vbauerster/mpb":    {"cmd/concord"},
	"go.yaml.in/yaml":              {"importers/mappings"},

	"github.com/modelcontextprotocol/go-sdk": {"web"},
}

// TestArrows reads the sources rather than ask go list: the test cache sees
// the files a test opens, not those that a command it runs opens.
func TestArrows(t *testing.T) {
	root := os.DirFS("../..")
	seen := map[string]bool{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(name)
		seen[pkg] = true
		allowed, ok := arrows[pkg]
		if !ok {
			t.Errorf("package %s is not in arrows", pkg)
		}
		for _, spec := range f.Imports {
			imp := strings.Trim(spec.Path.Value, `"`)
			if dep, ours := strings.CutPrefix(imp, "concord/"); ours && !slices.Contains(allowed, dep) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s", name, dep)
			} else if !ours && pkg == "taxonomy" && strings.Contains(imp, ".") {
				t.Errorf("%s imports %s; taxonomy imports only the standard library", name, imp)
			}
			for lib, pkgs := range keptTo {
				if strings.HasPrefix(imp, lib) && !slices.Contains(pkgs, pkg) {
					t.Errorf("%s imports %s, which only %v may see", name, lib, pkgs)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range arrows {
		if !seen[pkg] {
			t.Errorf("arrows names %s, which does not exist", pkg)
		}
	}
}
