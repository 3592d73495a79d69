package importers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

// checkFuzzed reads set as far as it goes: no panic, every concept that was
// taken valid, every relation between concepts that are there.
func checkFuzzed(t *testing.T, set *source.Set, opt Options) {
	plans, _, err := Detect(set, opt)
	if err != nil {
		return
	}
	for _, p := range plans {
		w := newRecorder()
		report, err := p.Read(context.Background(), w, nil)
		for _, c := range w.concepts {
			if err := c.Validate(); err != nil {
				t.Errorf("took an invalid concept: %v", err)
			}
		}
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				t.Errorf("error is not ErrInvalid: %v", err)
			}
			continue
		}
		if report.Concepts != len(w.concepts) || report.Relations != len(w.relations) {
			t.Errorf("report says %d concepts, %d relations; put %d and %d", report.Concepts, report.Relations, len(w.concepts), len(w.relations))
		}
	}
}

const (
	netSkills = "conceptType,conceptUri,skillType,preferredLabel,altLabels\n" +
		"KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/a,skill/competence,mend nets,repair nets\n" +
		"KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/b,knowledge,twines,\n"
	netSkillsFR = "conceptType,conceptUri,skillType,preferredLabel,altLabels\n" +
		"KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/a,skill/competence,réparer des filets,\n" +
		"KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/b,knowledge,cordages,\n"
	netLabelsDE    = "conceptUri,preferredLabel\nhttp://data.europa.eu/esco/skill/b,Garne\n"
	netOccupations = "conceptType,conceptUri,iscoGroup,preferredLabel,code\n" +
		"Occupation,http://data.europa.eu/esco/occupation/o,6222,net maker,6222.3\n" +
		"Occupation,http://data.europa.eu/esco/occupation/p,6222,net mender,6222.3.1\n"
	netISCO     = "conceptType,conceptUri,code,preferredLabel\nISCOGroup,http://data.europa.eu/esco/isco/C6222,6222,Fishers\n"
	netBroader  = "conceptType,conceptUri,broaderType,broaderUri\nOccupation,http://data.europa.eu/esco/occupation/o,ISCOGroup,http://data.europa.eu/esco/isco/C6222\nOccupation,http://data.europa.eu/esco/occupation/p,Occupation,http://data.europa.eu/esco/occupation/o\n"
	netRelation = "occupationUri,relationType,skillType,skillUri\nhttp://data.europa.eu/esco/occupation/o,essential,skill/competence,http://data.europa.eu/esco/skill/a\n"
	netSkillRel = "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\nhttp://data.europa.eu/esco/skill/a,skill/competence,optional,knowledge,http://data.europa.eu/esco/skill/b\n"
)

func TestESCOVersion(t *testing.T) {
	for name, want := range map[string]string{
		"esco-1.1.0-en.zip": "1.1.0",
		"ESCO dataset - v1.1.0 - classification - en - csv.zip": "1.1.0",
		"esco-1.0.8-occupations-26-languages.zip":               "1.0.8",
		"v1.2.0": "1.2.0", "v1.2": "1.2.0", "ESCO_v1_1_1_en": "1.1.1", "esco-1.1.1.zip": "1.1.1", "1.1.1": "1.1.1",
		"26-languages.zip": "", "esco-26-languages": "", "esco 2024-05-01.zip": "", "export 01.05.2024.zip": "", "skills_en.csv": "", "10.1.1": "", "esco_1_1": "",
	} {
		if got := escoVersion(name); got != want {
			t.Errorf("escoVersion(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestESCOGroups(t *testing.T) {
	en := map[string]string{"skills_en.csv": netSkills, "occupations_en.csv": netOccupations, "ISCOGroups_en.csv": netISCO}
	relations := map[string]string{"occupationSkillRelations.csv": netRelation}
	tests := []struct {
		name  string
		paths []string
		want  []string // release and number of files
		err   string
	}{
		{"archives of one release", []string{writeZip(t, "esco-1.1.1-en.zip", en), writeZip(t, "esco-1.1.1-relations.zip", relations)}, []string{"esco@1.1.1 4"}, ""},
		{"an archive without a version", []string{writeZip(t, "relations.zip", relations), writeZip(t, "esco-1.1.1-en.zip", en)}, []string{"esco@1.1.1 4"}, ""},
		{"languages are no version", []string{writeZip(t, "esco-26-languages.zip", en)}, nil, "say it with --as"},
		{"two releases", []string{writeZip(t, "esco-1.1.0-en.zip", en), writeZip(t, "v1.2.0.zip", en)}, []string{"esco@1.1.0 3", "esco@1.2.0 3"}, ""},
		{"archives in a folder that has the version", []string{writeFiles(t, map[string]string{"ESCO v1.2.0/skills_en.csv": netSkills, "ESCO v1.2.0/more/skills_fr.csv": netSkillsFR})}, []string{"esco@1.2.0 2"}, ""},
		{"a file in such a folder", []string{writeFiles(t, map[string]string{"esco-1.2.0/skills_en.csv": netSkills}) + "/esco-1.2.0/skills_en.csv"}, []string{"esco@1.2.0 1"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := source.Open(tt.paths)
			if err != nil {
				t.Fatal(err)
			}
			defer set.Close()
			plans, _, err := Detect(set, Options{})
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v; want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range plans {
				got = append(got, fmt.Sprintf("%s %d", p.Release.Ref, len(p.Files())))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// readInto reads the one release in files into w and returns the plan.
func readInto(t *testing.T, w *recorder, name string, files map[string]string) (*Plan, *Report) {
	t.Helper()
	set, err := source.Open([]string{writeZip(t, name, files)})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	plans, _, err := Detect(set, Options{})
	if err != nil || len(plans) != 1 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	report, err := plans[0].Read(context.Background(), w, nil)
	if err != nil {
		t.Fatal(err)
	}
	return plans[0], report
}

// TestESCOMerge imports a release piece by piece: the result is that of an
// import of everything at once.
func TestESCOMerge(t *testing.T) {
	en := map[string]string{"skills_en.csv": netSkills, "occupations_en.csv": netOccupations, "ISCOGroups_en.csv": netISCO}
	fr := map[string]string{"skills_fr.csv": netSkillsFR}
	de := map[string]string{"esco_skill_labels_de.csv": netLabelsDE}
	relations := map[string]string{"broaderRelationsOccPillar.csv": netBroader, "occupationSkillRelations.csv": netRelation, "skillSkillRelations.csv": netSkillRel}
	whole, pieces := newRecorder(), newRecorder()
	all := map[string]string{}
	var held taxonomy.Release
	for i, part := range []map[string]string{en, fr, de, relations} {
		for name, data := range part {
			all[name] = data
		}
		plan, report := readInto(t, pieces, "esco-1.1.1.zip", part)
		if len(report.Problems) > 0 {
			t.Errorf("problems: %v", report.Problems)
		}
		if i == 0 {
			held = plan.Release
			continue
		}
		action, next := plan.Against(&held)
		if action != Merge {
			t.Errorf("piece %d: %s; want merge", i, action)
		}
		held = next
	}
	plan, _ := readInto(t, whole, "esco-1.1.1.zip", all)
	if plan.Release.Digest != held.Digest {
		t.Error("the digest of the pieces is not that of the whole")
	}
	facts := func(w *recorder) map[string]bool {
		set := map[string]bool{}
		subject := ""
		for line := range strings.Lines(w.dump()) {
			if !strings.HasPrefix(line, " ") {
				subject = line
			}
			set[subject+line] = true
		}
		return set
	}
	if diff := cmp.Diff(facts(whole), facts(pieces)); diff != "" {
		t.Errorf("(-at once +piece by piece)\n%s", diff)
	}
	renamed := map[string]string{"broaderRelationsOccPillar_en.csv": netBroader, "occupationSkillRelations_en.csv": netRelation}
	again, _ := readInto(t, pieces, "esco-1.1.1.zip", renamed)
	if action, _ := again.Against(&held); action != Unchanged {
		t.Errorf("the same relations under the names of 1.2.0: %s; want unchanged", action)
	}
}

func TestESCOClaims(t *testing.T) {
	tests := []struct {
		name, data string
		opt        Options
		want       bool
	}{
		{"skills_en.csv", netSkills, Options{}, true},
		{"Skills_pt-BR.CSV", netSkills, Options{}, true},
		{"skills_en (1).csv", netSkills, Options{}, true},
		{"skills_en.csv", strings.ReplaceAll(netSkills, ",", ";"), Options{}, true},
		{"skills_en.csv", "conceptType,preferredLabel\nx,y\n", Options{}, true}, // damaged: the error says so
		{"skills_en.csv", "id,name\n1,mend nets\n", Options{}, false},
		{"skills_en.csv", "id,preferredLabel\n1,mend nets\n", Options{}, false},
		{"skills_en.csv", netSkills, Options{Columns: []string{"id"}}, false},
		{"skills_en.csv", "<!DOCTYPE html><html><body>Please log in</body></html>", Options{}, false},
		{"skills_fr.csv", "conceptType,conceptUri,preferredLabel\nK,u,r\xe9parer\n", Options{}, true},
		{"esco_skill_labels_de.csv", netLabelsDE, Options{}, true},
		{"our skills.csv", netLabelsDE, Options{}, false},
		{"english skills.csv", netSkills, Options{}, true},
		{"links.csv", netRelation, Options{}, true},
		{"skills_en.json", "{}", Options{}, false},
	}
	for _, tt := range tests {
		in := &input{File: source.NewFile(tt.name, []byte(tt.data)), opt: tt.opt}
		in.head, _ = in.Head(headSize)
		if got := claimsESCO(in); got != tt.want {
			t.Errorf("claimsESCO(%s %.40q) = %t", tt.name, tt.data, got)
		}
	}
}

// TestESCOBroken gives sources that cannot be read: the error names the file
// and the place.
func TestESCOBroken(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"skills_fr.csv", "conceptType,conceptUri,skillType,preferredLabel\nKnowledgeSkillCompetence,u:a,skill,ramer\nKnowledgeSkillCompetence,u:b,skill,r\xe9parer\n", "skills_fr.csv:3: byte 0xE9 is not UTF-8"},
		{"skills_en.csv", "conceptType,conceptUri,skillType,preferredLabel\nKnowledgeSkillCompetence,u:a,skill,\"mend nets\n", "skills_en.csv:2: a quoted cell"},
		{"skills_en.csv", "<html><body>Log in</body></html>", "skills_en.csv: is an HTML page"},
		{"occupationSkillRelations.csv", "occupationUri,relationType\nx,y\n", "occupationSkillRelations.csv:1: has no column skillUri"},
	}
	for _, tt := range tests {
		set := &source.Set{Files: []*source.File{source.NewFile(tt.name, []byte(tt.data))}}
		_, _, _, err := importSet(t, set, Options{As: taxonomy.Ref{Scheme: "esco", Version: "1.1.0"}})
		if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("error %v; want %q", err, tt.want)
		}
	}
}

// TestESCOLitter gives an archive with things in it that are no framework: each
// is reported, and the rest is read.
func TestESCOLitter(t *testing.T) {
	inner, err := os.ReadFile(writeZip(t, "inner.zip", map[string]string{"skills_fr.csv": netSkillsFR}))
	if err != nil {
		t.Fatal(err)
	}
	set, err := source.Open([]string{writeZip(t, "esco-1.1.0.zip", map[string]string{"skills_en.csv": netSkills, "skills_fr.zip": string(inner), "occupations_en.csv": "", "read me.pdf": "%PDF", "skills_de.csv": "<html>Log in</html>"})})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	plans, problems, err := Detect(set, Options{})
	if err != nil || len(plans) != 1 || len(plans[0].Files()) != 1 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := []string{
		"esco-1.1.0.zip/occupations_en.csv: is empty [not-a-framework]",
		"esco-1.1.0.zip/read me.pdf: is no framework that is known [not-a-framework]",
		"esco-1.1.0.zip/skills_de.csv: is an HTML page, not a framework; the download was probably a login or error page [not-a-framework]",
		"esco-1.1.0.zip/skills_fr.zip: is an archive inside an archive; unpack the outer one and import this one by itself [not-a-framework]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestESCOAsOfTwoReleases(t *testing.T) {
	paths := []string{writeZip(t, "esco-1.1.0-en.zip", map[string]string{"skills_en.csv": netSkills}), writeZip(t, "esco-1.1.1-fr.zip", map[string]string{"skills_fr.csv": netSkillsFR})}
	for as, want := range map[taxonomy.Ref]string{{Scheme: "esco"}: "--as esco@VERSION", {Scheme: "esco", Version: "mine"}: ""} {
		set, err := source.Open(paths)
		if err != nil {
			t.Fatal(err)
		}
		plans, _, err := Detect(set, Options{As: as})
		if want == "" && (err != nil || len(plans) != 1 || plans[0].Release.Ref != as) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("--as %s: %d plans, error %v", as, len(plans), err)
		}
		if err := set.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzESCO gives bytes as two files of one release.
func FuzzESCO(f *testing.F) {
	for _, data := range []string{netSkills, netOccupations, netISCO, netBroader, netRelation, netSkillRel, netLabelsDE,
		"Level 0 URI,Level 0 preferred term,Level 1 URI,Level 1 preferred term,Level 0 code\nu:a,skills,u:b,more,S\n",
		"conceptUri,preferredLabel,broaderConceptUri,altLabels\nu:c,reuse,u:b,x | y\n", "conceptSchemeUri,hasTopConcept\nu:s,u:a\n"} {
		for _, name := range []string{"skills_en.csv", "greenSkillsCollection_fr.csv", "skillsHierarchy.csv"} {
			f.Add(name, []byte(data), []byte(netSkills))
		}
	}
	f.Fuzz(func(t *testing.T, name string, data, skills []byte) {
		set := &source.Set{Files: []*source.File{source.NewFile("esco-1.1.0/"+name, data), source.NewFile("esco-1.1.0/skills_de.csv", skills)}}
		checkFuzzed(t, set, Options{Format: "esco"})
	})
}
