package alignment

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func TestURIForms(t *testing.T) {
	const esco = "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da"
	const ctid = "ce-98cb027b-95ef-4494-908d-6f7790ec6b6b"
	const guid = "74f5bb7d-d7cc-11e8-824f-0242ac160002"
	for _, c := range []struct{ stated, release taxonomy.URI }{
		{esco, esco},
		{"https://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da/", esco},
		{"https://data.europa.eu/esco/resource/skill/28cb374e-6261-4133-8371-f9a5470145da", esco},
		{"https://esco.ec.europa.eu/en/classification/skills?uri=http%3A%2F%2Fdata.europa.eu%2Fesco%2Fskill%2F28cb374e-6261-4133-8371-f9a5470145da", esco},
		{"https://ec.europa.eu/esco/portal/skill?uri=" + esco + "&conceptLanguage=en", esco},
		{"http://data.europa.eu/esco/isco/C0110", "http://data.europa.eu/esco/isco/C0110"},
		{"http://onetonline.org/link/details/15-1252.00", "https://www.onetonline.org/link/summary/15-1252.00"},
		{"https://services.onetcenter.org/ws/online/occupations/15-1252.00/", "https://www.onetonline.org/link/summary/15-1252.00"},
		{"https://www.onetonline.org/find/descriptor/result/2.A.1.a?a=1", "https://www.onetonline.org/find/descriptor/result/2.A.1.a"},
		{"https://credentialengineregistry.org/graph/" + ctid, "https://credentialengineregistry.org/resources/" + ctid},
		{"http://sandbox.credentialengineregistry.org/ce-registry/resources/CE-98CB027B-95EF-4494-908D-6F7790EC6B6B", "https://sandbox.credentialengineregistry.org/resources/" + ctid},
		{ctid, "https://credentialengineregistry.org/resources/" + ctid},
		{"https://caseregistry.example/ims/case/v1p0/CFItems/" + guid, "https://caseregistry.example/uri/" + guid},
		{"http://caseregistry.example/uri/" + guid, "https://caseregistry.example/ims/case/v1p1/CFItems/" + guid},
		{"https://skills.emsidata.com/skills/KS1200000000TEST0009", "https://lightcast.io/open-skills/skills/KS1200000000TEST0009"},
		{"https://skills.example/a/", "http://skills.example/a"},
	} {
		if forms := uriForms(c.stated); !slices.Contains(forms, c.release) || forms[0] != c.stated {
			t.Errorf("%s has the forms %v, without %s", c.stated, forms, c.release)
		}
	}
	if uriForms(" ") != nil {
		t.Error("a blank has forms")
	}
}

// TestRecognise states skills in a store with two releases of one framework and
// a list of codes.
func TestRecognise(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	put := func(ref taxonomy.Ref, title string, concepts ...*taxonomy.Concept) *taxonomy.Release {
		t.Helper()
		rel := taxonomy.Release{Ref: ref, Title: title, Format: "test", Digest: "sha256:" + ref.String(), Imported: time.Unix(1700000000, 0)}
		err := store.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			for _, c := range concepts {
				if err := w.PutConcept(c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := store.Release(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		return stored
	}
	skill := func(uri taxonomy.URI, code, label string) *taxonomy.Concept {
		return &taxonomy.Concept{URI: uri, Kind: taxonomy.Skill, Code: code, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: label}}}
	}
	lift := skill("https://forge.example/uri/11111111-1111-4111-8111-111111111111", "F.1", "forge lifting hooks")
	old := skill("https://forge.example/s/old", "F.9", "shoe draught horses")
	old.ReplacedBy = []taxonomy.URI{lift.URI}
	put(taxonomy.Ref{Scheme: "forge", Version: "1"}, "Forge skills", lift, old)
	now := put(taxonomy.Ref{Scheme: "forge", Version: "2"}, "Forge skills", lift, skill("https://forge.example/s/anneal", "F.2", "anneal copper sheet"), skill("https://forge.example/s/sell", "F.3", "negotiate export contracts"))
	put(taxonomy.Ref{Scheme: "onet", Version: "29.2"}, "O*NET", &taxonomy.Concept{URI: "https://www.onetonline.org/link/summary/51-4199.00", Code: "51-4199.00", Kind: taxonomy.Occupation, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "Metal Workers"}}})
	table, ranker := shipped(t)
	if err := Build(t.Context(), dir, store, now.Ref, table, nil); err != nil {
		t.Fatal(err)
	}
	e, err := Open(dir, "test", table, ranker, []*taxonomy.Release{now})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	d := course("en", RoleOutcome, "Forge lifting hooks and anneal copper sheets. Shoe draught horses.")
	want := []struct {
		stated Stated
		state  State
		why    string
	}{
		{Stated{URI: "http://forge.example/ims/case/v1p0/CFItems/11111111-1111-4111-8111-111111111111"}, StateConfirmed, "another form of its URI"},
		{Stated{Code: "F.2", Framework: "Forge"}, StateConfirmed, "its code F.2"},
		{Stated{Code: "F.2", Name: "Anneal copper sheet"}, StateConfirmed, "its code F.2"},
		{Stated{Code: "F.2", Framework: "Farm skills"}, StateUnknown, "no loaded release has it"},
		{Stated{Code: "none", Name: "forge lifting hooks", Framework: "forge"}, StateConfirmed, "its name in the framework it names"},
		{Stated{URI: "https://forge.example/s/sell/"}, StateDoubtful, "no sentence of the document is likely to be about it"},
		{Stated{URI: "https://forge.example/s/old"}, StateRetired, "in forge@1; the current release of forge has it no more"},
		{Stated{Code: "F.9", Framework: "Forge skills"}, StateRetired, "its code F.9 in forge@1"},
		{Stated{Code: "51-4199", Framework: "Standard Occupational Classification"}, StateConfirmed, "its code 51-4199.00"},
		{Stated{URI: "http://onetonline.org/link/details/51-4199.00"}, StateConfirmed, "another form of its URI"},
		{Stated{URI: "http://data.europa.eu/esco/skill/x"}, StateUnknown, "esco is not loaded"},
		{Stated{URI: "https://forge.example/s/none", Framework: "Forge skills"}, StateUnknown, "forge is loaded, but no release of it that is has this concept"},
	}
	for _, w := range want {
		d.Stated = append(d.Stated, w.stated)
	}
	ans, err := e.Align(t.Context(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Recognise(t.Context(), store, ans, ""); err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		got := ans.Stated[i]
		if got.State != w.state || !strings.Contains(got.Why, w.why) {
			t.Errorf("%+v is %s (%s), want %s (%s)", w.stated, got.State, got.Why, w.state, w.why)
		}
	}
	if diff := cmp.Diff([]taxonomy.URI{lift.URI}, ans.Stated[6].Instead); diff != "" {
		t.Errorf("instead of the retired one (-want +got)\n%s", diff)
	}
}
