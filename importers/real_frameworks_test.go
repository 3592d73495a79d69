package importers

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"concord/importers/source"
	"concord/taxonomy"
)

// TestRealFrameworks imports real frameworks and compares what is in them with
// figures counted by other means.
func TestRealFrameworks(t *testing.T) {
	type figures struct {
		Ref                           string
		Concepts, Relations, Mappings int
		Problems                      map[string]int
	}
	none := map[string]int{}
	for _, test := range []struct {
		path string
		want []figures
	}{
		{"ctdl/ocf-collab/ce-001ef2e8-3f11-43b7-9adc-38801341c5b2.json", []figures{{"financial-services-competency-model-u-s-department-of-labor@2019-08-06", 172, 168, 0, none}}},
		{"ctdl/ocf-collab/D2L-D2662821.json", []figures{{"automotive-suspension-and-steering@2015-08-12", 105, 96, 0, none}}},
		{"ctdl/ocf-collab/node_directory/ce-633de50b.json", []figures{{"nice-cybersecurity-workforce-framework-knowledge@unversioned", 630, 0, 0, none}}},
		{"ctdl/ocf-collab/node_directory/credential-engine-registry", []figures{{"manufacturing-technology-management-manufacturing-engineerin@unversioned", 6, 0, 0, none}}},
		{"case/frameworks", []figures{{"ap-computer-science-principles@2018-11-19", 266, 264, 0, none}}},
		{"case/opensalt/core/docs/sample files/opensalt-framework-20c5134f-423d-4097-a971-3dd5152bf507.json", []figures{{"what-standards-could-be@2017-05-25", 16, 16, 19, none}}},
		{"rsd/wgu-exports", []figures{
			{"business-ethics-feb-2023@2025-10-30", 173, 0, 171, map[string]int{"duplicate-statement": 2}},
			{"systems-engineer-may-2023@2025-10-31", 295, 0, 295, map[string]int{"url-in-name": 1, "line-break-in-cell": 1}},
		}},
		{"rsd/project-management", []figures{{"project-management-skills@unversioned", 109, 101, 92, none}}},
		{"rsd/osmt/import/Skills-Import.csv", []figures{{"skills-import@unversioned", 2, 0, 2, none}}},
	} {
		t.Run(filepath.Base(test.path), func(t *testing.T) {
			set, err := source.Open([]string{realData(t, filepath.FromSlash(test.path))})
			if err != nil {
				t.Fatal(err)
			}
			defer set.Close()
			plans, ws, reports, err := importSet(t, set, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []figures
			for i, r := range reports {
				got = append(got, figures{plans[i].Release.Ref.String(), r.Concepts, r.Relations, r.Mappings, r.Counts})
				if len(ws[i].mappings) != r.Mappings {
					t.Errorf("put %d mappings, reports %d", len(ws[i].mappings), r.Mappings)
				}
			}
			if diff := gocmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestRealLists imports the French job titles of a benchmark as a list of
// one's own: a concept for each id.
func TestRealLists(t *testing.T) {
	for dir, want := range map[string]int{"fra_q_fr_c_fr": 15217, "deu_q_de_c_de": 19135, "esp_q_es_c_en": 33580} {
		set, err := source.Open([]string{realData(t, "bench", "melo", dir, "corpus_elements.tsv")})
		if err != nil {
			t.Fatal(err)
		}
		defer set.Close()
		_, ws, reports, err := importSet(t, set, Options{As: taxonomy.Ref{Scheme: "melo", Version: "1"}, Columns: []string{"id", "label"}, NoHeader: true, Lang: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		if len(ws[0].concepts) != want || reports[0].Labels != want || len(reports[0].Problems) > 0 {
			t.Errorf("%s: %d concepts, %d labels, problems %v; want %d and no problem", dir, len(ws[0].concepts), reports[0].Labels, reports[0].Problems, want)
		}
		if dir == "fra_q_fr_c_fr" {
			if got := ws[0].byURI["C000664_fr_001"].Labels[0].Text; strings.Count(got, `"`) != 2 {
				t.Errorf("raw quotes are lost in %q", got)
			}
		}
	}
}

// TestRealDocumentsAreNoFrameworks: credentials, courses, organisations,
// schemas and request bodies are refused.
func TestRealDocumentsAreNoFrameworks(t *testing.T) {
	for _, path := range []string{
		"ctdl/ingest-examples", "ctdl/CredentialRegistry", "ctdl/Registry_Assistant/Sample_Input_Classes", "ctdl/Registry_Assistant/src/SamplePublishing",
		"ctdl/vocabulary/ctdl/context.json", "case/schemas-v1p1", "case/opensalt/core/tests/_data/EmptyExternalFramework.json", "case/opensalt/core/public",
		"rsd/spec", "openbadges", "clr",
	} {
		set, err := source.Open([]string{realData(t, filepath.FromSlash(path))})
		if err != nil {
			t.Fatal(err)
		}
		defer set.Close()
		plans, _, _, err := importSet(t, set, Options{})
		if !errors.Is(err, taxonomy.ErrInvalid) {
			for _, p := range plans {
				t.Errorf("%s: %v is taken for a framework (%s)", path, p.Files(), p.Format)
			}
		}
	}
}

// TestRSDWorkbook reads the columns of an OSMT export from a workbook. There
// is no real one at hand; this one is made here.
func TestRSDWorkbook(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	if _, err := book.NewSheet("Skills"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{
		{"Canonical URL", "RSD Name", "Authors", "Skill Statement", "Categories", "Keywords", "Alignment Name", "Alignment URL", "Alignment Framework"},
		{"https://rsd.example/api/skills/1", "Kiln Firing", "Potters", "Fire a kiln to the temperature of the glaze.", "Pottery", "kiln; glaze", "Pottery", "https://skills.emsidata.com/skills/KS1200000000TEST0009"},
		{},
		{"https://rsd.example/api/skills/2", "Clay Wedging", "Potters", "Wedge clay free of air."},
	} {
		if err := book.SetSheetRow("Skills", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	var data bytes.Buffer
	if err := book.Write(&data); err != nil {
		t.Fatal(err)
	}
	set := &source.Set{Files: []*source.File{source.NewFile("RSD Skills - Pottery - 2025-03-04.xlsx", data.Bytes())}}
	plans, ws, _, err := importSet(t, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plans[0].Release.Ref.String(), "pottery@2025-03-04"; got != want {
		t.Errorf("named %s, want %s", got, want)
	}
	want := `concept https://rsd.example/api/skills/1 skill code=""
  .author "Potters"
  .category "Pottery"
  .keyword "glaze"
  .keyword "kiln"
  definition "en" "Fire a kiln to the temperature of the glaze."
  prefLabel "en" "Kiln Firing"
concept https://rsd.example/api/skills/2 skill code=""
  .author "Potters"
  definition "en" "Wedge clay free of air."
  prefLabel "en" "Clay Wedging"
mapping https://rsd.example/api/skills/1 skos:relatedMatch https://lightcast.io/open-skills/skills/KS1200000000TEST0009 subject="Kiln Firing" object="Pottery" source="" semapv:UnspecifiedMatching`
	if diff := gocmp.Diff(want, strings.TrimSpace(facts(ws[0]))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for name, bytes := range map[string][]byte{"cut.xlsx": data.Bytes()[:data.Len()/2], "none.xlsx": []byte("no workbook")} {
		set := &source.Set{Files: []*source.File{source.NewFile(name, bytes)}}
		if _, _, _, err := importSet(t, set, Options{Format: "rsd"}); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: %v, want an ErrInvalid", name, err)
		}
	}
}
