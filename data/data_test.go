package data

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	base   = "https://concord.example/starter/"
	skills = "starter/starter-skills.rsd.csv"
	esco   = "starter/esco-layout/"
	onet   = "starter/onet-layout/db_1_0_text/"
)

// A set holds what was seen, to find repeats and dangling references.
type set map[string]bool

// add reports a blank or repeated value of what as an error.
func (s set) add(t *testing.T, what, value string) {
	t.Helper()
	if value == "" || s[value] {
		t.Errorf("%s %q is blank or repeated", what, value)
	}
	s[value] = true
}

// need reports a value of what that is not in s as an error.
func (s set) need(t *testing.T, what, value string) {
	t.Helper()
	if !s[value] {
		t.Errorf("%s %q does not exist", what, value)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(Starter, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// rows returns the records of an embedded table, header left out, each as
// column name to cell. Every record must have as many cells as the header.
func rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	var records [][]string
	switch {
	case strings.HasPrefix(name, onet):
		text := string(read(t, name))
		if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
			t.Errorf("%s: lines do not all end in CRLF", name)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			records = append(records, strings.Split(line, "\t"))
		}
	default:
		r := csv.NewReader(bytes.NewReader(read(t, name)))
		if strings.HasSuffix(name, ".tsv") {
			r.Comma, r.Comment = '\t', '#'
		}
		var err error
		if records, err = r.ReadAll(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if len(records) < 2 {
		t.Fatalf("%s has no rows", name)
	}
	var table []map[string]string
	for i, rec := range records[1:] {
		if len(rec) != len(records[0]) {
			t.Fatalf("%s: record %d has %d cells, want %d", name, i+2, len(rec), len(records[0]))
		}
		row := map[string]string{}
		for j, column := range records[0] {
			row[column] = rec[j]
		}
		table = append(table, row)
	}
	return table
}

// skillURLs returns the URLs of the skill framework.
func skillURLs(t *testing.T) set {
	t.Helper()
	urls := set{}
	for _, r := range rows(t, skills) {
		urls.add(t, "skill URL", r["Canonical URL"])
	}
	return urls
}

// escoURIs returns the URIs of skills and groups, and of occupations and groups.
func escoURIs(t *testing.T) (skill, occupation set) {
	t.Helper()
	skill, occupation = set{}, set{}
	for _, name := range []string{"skills_en.csv", "skillGroups_en.csv"} {
		for _, r := range rows(t, esco+name) {
			skill.add(t, name, r["conceptUri"])
		}
	}
	for _, name := range []string{"occupations_en.csv", "ISCOGroups_en.csv"} {
		for _, r := range rows(t, esco+name) {
			occupation.add(t, name, r["conceptUri"])
		}
	}
	return skill, occupation
}

func TestSkills(t *testing.T) {
	table := rows(t, skills)
	if len(table) < 320 {
		t.Errorf("%d skills, want at least 320", len(table))
	}
	escoSkills, _ := escoURIs(t)
	occupations := set{}
	for _, r := range rows(t, onet+"Occupation Data.txt") {
		occupations[r["O*NET-SOC Code"]] = true
	}
	names, statements, perCategory := set{}, set{}, map[string]int{}
	for _, r := range table {
		name := r["RSD Name"]
		names.add(t, "name", strings.ToLower(name))
		statements.add(t, "statement", strings.ToLower(r["Skill Statement"]))
		perCategory[r["Categories"]]++
		if !strings.HasPrefix(r["Canonical URL"], base+"skills/") {
			t.Errorf("%s: URL %q is not one of ours", name, r["Canonical URL"])
		}
		if n := len(strings.Fields(name)); n < 2 || n > 6 {
			t.Errorf("%s: name of %d words", name, n)
		}
		if n := len(strings.Fields(r["Skill Statement"])); n < 10 || n > 25 || !strings.HasSuffix(r["Skill Statement"], ".") {
			t.Errorf("%s: statement of %d words: %q", name, n, r["Skill Statement"])
		}
		keywords := strings.Split(r["Keywords"], "; ")
		if len(keywords) < 2 || len(keywords) > 6 || slices.Contains(keywords, "") {
			t.Errorf("%s: keywords %q", name, keywords)
		}
		if url := r["Alignment URL"]; url != "" {
			escoSkills.need(t, "alignment of "+name, url)
		}
		for code := range strings.SplitSeq(r["O*Net Job Codes"], "; ") {
			if code != "" {
				occupations.need(t, "job code of "+name, code)
			}
		}
	}
	if len(perCategory) < 16 {
		t.Errorf("%d categories, want at least 16", len(perCategory))
	}
	for category, n := range perCategory {
		if n < 19 {
			t.Errorf("category %s has only %d skills", category, n)
		}
	}
}

// TestSkillsDiffer finds skills that say nearly the same thing: statements
// that share more than half of their longer words.
func TestSkillsDiffer(t *testing.T) {
	words := func(s string) set {
		w := set{}
		for f := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return r < 'a' || r > 'z' }) {
			if len(f) > 3 {
				w[f] = true
			}
		}
		return w
	}
	table := rows(t, skills)
	for i, a := range table {
		wa := words(a["Skill Statement"])
		for _, b := range table[i+1:] {
			wb, shared := words(b["Skill Statement"]), 0
			for w := range wb {
				if wa[w] {
					shared++
				}
			}
			if 2*shared > min(len(wa), len(wb)) {
				t.Errorf("%s and %s share %d words", a["RSD Name"], b["RSD Name"], shared)
			}
		}
	}
}

func TestESCOLayout(t *testing.T) {
	skill, occupation := escoURIs(t)
	preferred := set{}
	for _, r := range rows(t, esco+"skills_en.csv") {
		preferred.add(t, "preferred label", r["preferredLabel"])
	}
	for _, name := range []string{"skills_fr.csv", "digitalSkillsCollection_en.csv", "greenSkillsCollection_en.csv"} {
		seen := set{}
		for _, r := range rows(t, esco+name) {
			seen.add(t, name, r["conceptUri"])
			skill.need(t, name, r["conceptUri"])
			if r["preferredLabel"] == "" {
				t.Errorf("%s: %s has no label", name, r["conceptUri"])
			}
		}
	}
	for _, r := range rows(t, esco+"broaderRelationsSkillPillar.csv") {
		skill.need(t, "narrower", r["conceptUri"])
		skill.need(t, "broader", r["broaderUri"])
	}
	for _, r := range rows(t, esco+"broaderRelationsOccPillar.csv") {
		occupation.need(t, "narrower", r["conceptUri"])
		occupation.need(t, "broader", r["broaderUri"])
	}
	pairs := set{}
	for _, r := range rows(t, esco+"occupationSkillRelations.csv") {
		occupation.need(t, "occupation of a relation", r["occupationUri"])
		skill.need(t, "skill of a relation", r["skillUri"])
		pairs.add(t, "relation", r["occupationUri"]+" "+r["skillUri"])
	}
	for _, r := range rows(t, esco+"skillSkillRelations.csv") {
		skill.need(t, "original skill", r["originalSkillUri"])
		skill.need(t, "related skill", r["relatedSkillUri"])
	}
	for _, r := range rows(t, esco+"skillsHierarchy_en.csv") {
		for _, level := range []string{"Level 0 URI", "Level 1 URI", "Level 2 URI", "Level 3 URI"} {
			if r[level] != "" {
				skill.need(t, level, r[level])
			}
		}
	}
	for _, r := range rows(t, esco+"conceptSchemes_en.csv") {
		for uri := range strings.SplitSeq(r["hasTopConcept"], ",\n") {
			if !skill[uri] && !occupation[uri] {
				t.Errorf("top concept %q does not exist", uri)
			}
		}
	}
}

func TestONETLayout(t *testing.T) {
	keys := func(name, column string) set {
		s := set{}
		for _, r := range rows(t, onet+name) {
			s.add(t, name, r[column])
		}
		return s
	}
	occupations := keys("Occupation Data.txt", "O*NET-SOC Code")
	elements := keys("Content Model Reference.txt", "Element ID")
	scales := keys("Scales Reference.txt", "Scale ID")
	iwas, dwas := keys("IWA Reference.txt", "IWA ID"), keys("DWA Reference.txt", "DWA ID")
	tasks, commodities := keys("Task Statements.txt", "Task ID"), keys("UNSPSC Reference.txt", "Commodity Code")
	refs := map[string]set{
		"O*NET-SOC Code": occupations, "Related O*NET-SOC Code": occupations, "Element ID": elements, "Scale ID": scales,
		"IWA ID": iwas, "DWA ID": dwas, "Task ID": tasks, "Commodity Code": commodities,
	}
	files, err := fs.Glob(Starter, onet+"*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if path.Base(name) == "Read Me.txt" {
			continue
		}
		for _, r := range rows(t, name) {
			for column, known := range refs {
				if value, there := r[column]; there {
					known.need(t, path.Base(name)+" "+column, value)
				}
			}
		}
	}
}

func TestCTDLASN(t *testing.T) {
	var doc struct {
		Graph []struct {
			ID          string            `json:"@id"`
			Type        string            `json:"@type"`
			CTID        string            `json:"ceterms:ctid"`
			Label       map[string]string `json:"ceasn:competencyLabel"`
			Text        map[string]string `json:"ceasn:competencyText"`
			TopChildren []string          `json:"ceasn:hasTopChild"`
			Children    []string          `json:"ceasn:hasChild"`
			TopOf       string            `json:"ceasn:isTopChildOf"`
			ChildOf     []string          `json:"ceasn:isChildOf"`
			Exact       []string          `json:"ceasn:exactAlignment"`
			Broad       []string          `json:"ceasn:broadAlignment"`
			Narrow      []string          `json:"ceasn:narrowAlignment"`
		} `json:"@graph"`
	}
	if err := json.Unmarshal(read(t, "starter/starter-framework.ctdlasn.json"), &doc); err != nil {
		t.Fatal(err)
	}
	urls, ids := skillURLs(t), set{}
	down, up := set{}, set{}
	for _, n := range doc.Graph {
		ids.add(t, "@id", n.ID)
		if !strings.HasPrefix(n.CTID, "ce-") || !strings.HasSuffix(n.ID, n.CTID) {
			t.Errorf("%s has the CTID %q", n.ID, n.CTID)
		}
		if n.Type == "ceasn:Competency" && (n.Label["en-US"] == "" || n.Text["en-US"] == "") {
			t.Errorf("%s has no label or no text", n.ID)
		}
		for _, child := range slices.Concat(n.TopChildren, n.Children) {
			down.add(t, "child", n.ID+" "+child)
		}
		for _, parent := range append(n.ChildOf, n.TopOf) {
			if parent != "" {
				up.add(t, "parent", parent+" "+n.ID)
			}
		}
		for _, url := range slices.Concat(n.Exact, n.Broad, n.Narrow) {
			urls.need(t, "alignment of "+n.Label["en-US"], url)
		}
	}
	if len(doc.Graph) < 26 || len(down) != len(doc.Graph)-1 {
		t.Errorf("%d nodes with %d child links: not one tree of 25 competencies or more", len(doc.Graph), len(down))
	}
	for link := range down {
		up.need(t, "inverse of child link", link)
	}
	for link := range up {
		down.need(t, "inverse of parent link", link)
	}
}

func TestCrosswalks(t *testing.T) {
	ends, escoOccupations := escoURIs(t)
	for uri := range escoOccupations {
		ends[uri] = true
	}
	for url := range skillURLs(t) {
		ends[url] = true
	}
	for _, r := range rows(t, onet+"Occupation Data.txt") {
		ends["https://www.onetonline.org/link/summary/"+r["O*NET-SOC Code"]] = true
	}
	for _, name := range []string{"rsd-esco-skills.sssom.tsv", "onet-esco-occupations.sssom.tsv"} {
		name = "starter/crosswalks/" + name
		prefixes := map[string]string{}
		for line := range strings.Lines(string(read(t, name))) {
			if prefix, uri, ok := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "#   ")), ": "); ok && strings.HasPrefix(line, "#   ") {
				prefixes[prefix] = uri
			}
		}
		pairs := set{}
		for _, r := range rows(t, name) {
			pairs.add(t, "mapping", r["subject_id"]+" "+r["object_id"])
			for _, id := range []string{r["subject_id"], r["object_id"]} {
				prefix, local, _ := strings.Cut(id, ":")
				ends.need(t, name, prefixes[prefix]+local)
			}
			predicate, ok := strings.CutPrefix(r["predicate_id"], "skos:")
			if !ok || !slices.Contains([]string{"exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"}, predicate) {
				t.Errorf("%s: predicate %q", name, r["predicate_id"])
			}
		}
	}
}
