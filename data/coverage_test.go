package data

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// escoGroups are the groups right below the top of ESCO's skills pillar, in our
// words: eight of skills, those of transversal skills and languages, and the
// broad fields of ISCED-F 2013 for knowledge.
var escoGroups = []struct{ uri, name string }{
	{"skill/dc06de9f-dd3a-4f28-b58f-b01b5ae72ab8", "S1 communicating and creating"},
	{"skill/0a2d70ee-d435-4965-9e96-702b2fb65740", "S2 information"},
	{"skill/c73521be-c039-4e22-b037-3b01b3f6f9d9", "S3 care and assistance"},
	{"skill/869fc2ce-478f-4420-8766-e1f02cec4fb2", "S4 management"},
	{"skill/243eb885-07c7-4b77-ab9c-827551d83dc4", "S5 computers"},
	{"skill/03e0b95b-67d1-457a-b3f7-06c407cf6bec", "S6 handling and moving"},
	{"skill/2ae39fc8-0f1b-4284-9e73-3f2739471f63", "S7 building"},
	{"skill/9b8bb484-dcba-49af-8ae0-cfe8b6e9ed45", "S8 machines and equipment"},
	{"skill/b94686e3-cce5-47a2-a8d8-402a0d0ed44e", "T1 core"},
	{"skill/8267ecb5-c976-4b6a-809b-4ceecb954967", "T2 thinking"},
	{"skill/021a23e1-907e-4627-b05a-555f889cbb65", "T3 self-management"},
	{"skill/552c4f35-a2d1-49c2-8fda-afe26695c44a", "T4 social"},
	{"skill/12022223-8c30-418a-8f83-658396c9fec2", "T5 physical and manual"},
	{"skill/4ef78abc-e983-4cc7-84a1-52532a0159dc", "T6 life"},
	{"skill/43f425aa-f45d-4bb4-a200-6f82fa211b66", "L living languages"},
	{"skill/e434e71a-f068-44ed-8059-d1af9eb592d7", "L classical languages"},
	{"isced-f/00", "K00 generic programmes"}, {"isced-f/01", "K01 education"}, {"isced-f/02", "K02 arts and humanities"},
	{"isced-f/03", "K03 social sciences"}, {"isced-f/04", "K04 business and law"}, {"isced-f/05", "K05 natural sciences and mathematics"},
	{"isced-f/06", "K06 computing"}, {"isced-f/07", "K07 engineering and construction"}, {"isced-f/08", "K08 farming and fishing"},
	{"isced-f/09", "K09 health and welfare"}, {"isced-f/10", "K10 services"}, {"isced-f/99", "K99 field unknown"},
}

const (
	coverageBegin = "<!-- coverage: go test ./data -run CorpusCoverage, with UPDATE=1 to write it again -->\n"
	coverageEnd   = "<!-- end of coverage -->"
)

// TestCorpusCoverage holds the table by group in corpus/README.md against the
// corpus and ESCO 1.1.1. A concept that is in several groups counts in each.
func TestCorpusCoverage(t *testing.T) {
	dir := sharedData(t)
	column := func(archive, file string, columns ...string) (out [][]string) {
		z, err := zip.OpenReader(filepath.Join(dir, "esco", archive))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		f, err := z.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]int{}
		for i, name := range rows[0] {
			at[name] = i
		}
		for _, r := range rows[1:] {
			var cells []string
			for _, c := range columns {
				cells = append(cells, r[at[c]])
			}
			out = append(out, cells)
		}
		return out
	}
	broader := map[string][]string{}
	for _, r := range column("esco-1.1.1-relations.zip", "broaderRelationsSkillPillar.csv", "conceptUri", "broaderUri") {
		broader[r[0]] = append(broader[r[0]], r[1])
	}
	const esco = "http://data.europa.eu/esco/"
	index := map[string]int{}
	for i, g := range escoGroups {
		index[esco+g.uri] = i
	}
	groupsOf := func(uri string) map[int]bool {
		in, seen := map[int]bool{}, map[string]bool{}
		for next := []string{uri}; len(next) > 0; next = next[1:] {
			if i, ok := index[next[0]]; ok {
				in[i] = true
			}
			for _, up := range broader[next[0]] {
				if !seen[up] {
					seen[up] = true
					next = append(next, up)
				}
			}
		}
		return in
	}
	type count struct{ all, covered, mentions int }
	counts := make([]count, len(escoGroups))
	total, distinct, mentions := 0, 0, map[string]int{}
	for _, part := range []string{"train", "held"} {
		for _, r := range corpus(t)[part] {
			for _, c := range r.concepts {
				uri, _, _ := strings.Cut(c, "=")
				mentions[uri]++
			}
		}
	}
	placed := 0
	for _, r := range column("esco-1.1.1-en.zip", "skills_en.csv", "conceptUri") {
		total++
		in := groupsOf(r[0])
		if len(in) > 0 {
			placed++
		}
		n := mentions[r[0]]
		if n > 0 {
			distinct++
		}
		for i := range in {
			counts[i].all++
			counts[i].mentions += n
			if n > 0 {
				counts[i].covered++
			}
		}
	}
	if placed < total*99/100 {
		t.Fatalf("only %d of %d concepts are in a group", placed, total)
	}
	var b strings.Builder
	b.WriteString("| group of ESCO 1.1.1 | concepts | in the corpus | share | mentions |\n|---|---|---|---|---|\n")
	for i, g := range escoGroups {
		c := counts[i]
		share := "–"
		if c.all > 0 {
			share = fmt.Sprintf("%d %%", (100*c.covered+c.all/2)/c.all)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %d |\n", g.name, c.all, c.covered, share, c.mentions)
	}
	fmt.Fprintf(&b, "\n%d of %d concepts are in it. A concept in several groups counts in each.\n", distinct, total)
	path := filepath.Join("corpus", "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(readme), coverageBegin)
	table, after, ok2 := strings.Cut(rest, coverageEnd)
	switch {
	case !ok1 || !ok2:
		t.Fatalf("%s has no place for the table", path)
	case table == b.String():
	case os.Getenv("UPDATE") != "":
		if err := os.WriteFile(path, []byte(before+coverageBegin+b.String()+coverageEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table of coverage in %s is not of this corpus; UPDATE=1 go test ./data -run CorpusCoverage writes it again", path)
	}
}
