package writeback

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concord/alignment/carrier"
	"concord/alignment/credential"
	"concord/importers/source"
	"concord/taxonomy"
)

// accepted are two alignments of ours, one per framework.
func accepted() []Accepted {
	return []Accepted{
		{URI: "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da", Label: "operate forklift", Lang: "en", Kind: taxonomy.Skill, Scheme: "esco", Release: "1.1.1",
			ReleaseDigest: "sha256:aa", Framework: frameworks["esco"], Predicate: taxonomy.CloseMatch, Probability: 0.9},
		{URI: "https://skills.concord.example/skills/7b6a2d14-55c5-4a47-8a3e-1d0a6b1f9c02", Label: "Load securing", Kind: taxonomy.Skill, Code: "LOG-7", Scheme: "yard-skills", Release: "2026",
			Framework: frameworks["yard-skills"]},
	}
}

// TestRealDocuments writes into every unsigned real document that a profile
// serves, checks it against the schema of its standard (what failed before may
// fail after, nothing else), and writes again, which must change nothing. The
// counts say how many documents each profile had; every real CLR is signed in
// a part.
func TestRealDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many real files one after another, many times as long with the race detector")
	}
	least := map[string]int{"ob2": 29, "ob3-alignment": 12, "ob3-result": 12, "ctdl-credential": 28, "ctdl-asn": 1, "case": 9, "schema.org": 11, "schema.org-alignment": 9, "elm": 7, "xapi": 140, "rsd": 217}
	written, signed := map[string]int{}, 0
	for _, folder := range []string{"openbadges", "clr", "ctdl", "case", "schemaorg/examples-jsonld", "elm", "xapi", "rsd"} {
		dir := sharedData(t, folder)
		if dir == "" {
			t.Skip("../shared/data is not here; this test reads real files from it")
		}
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.Contains(filepath.Ext(path), "json") && filepath.Ext(path) != ".svg" && filepath.Ext(path) != ".png" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, profile := range []string{"", "ob3-result", "schema.org-alignment"} {
				if name := writeReal(t, path, data, profile); name == "signed" && profile == "" {
					signed++
				} else if name != "" && name != "signed" {
					written[name]++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("documents written, by profile: %v; signed: %d", written, signed)
	for profile, n := range least {
		if written[profile] < n {
			t.Errorf("%s wrote %d documents, at least %d were expected", profile, written[profile], n)
		}
	}
}

// writeReal writes into one document and returns the profile that did, "" for
// none and "signed".
func writeReal(t *testing.T, path string, data []byte, profile string) string {
	t.Helper()
	req := Request{Name: filepath.Base(path), Data: data, Profile: profile, Accepted: accepted(), At: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)}
	doc, err := credential.Read(req.Name, data, credential.Options{})
	if err == nil {
		req.Document = doc
	}
	if Signed(req) {
		return "signed"
	}
	p, slot, root, err := req.open()
	if err != nil || p.table != nil {
		return ""
	}
	if holders := p.holders(root); len(holders) > 0 {
		req.To = holders[0].Pointer()
	}
	out, err := Apply(req)
	if err != nil {
		if !strings.Contains(err.Error(), "has no") && !strings.Contains(err.Error(), "is a credential") {
			t.Errorf("%s: %v", path, err)
		}
		return ""
	}
	if len(out.Added) != 2 {
		t.Errorf("%s: %s added %d", path, out.Profile, len(out.Added))
	}
	checkOutcome(t, req, out)
	slots, err := carrier.Find(out.Data)
	if err != nil {
		t.Fatal(err)
	}
	if len(slots) == 1 && json.Valid(slot.JSON) { // not so where it has a bare NaN
		validate(t, out.Profile, path, slot.JSON, slots[0].JSON)
	}
	if _, _, err := source.ParseJSON(path, slots[0].JSON); err != nil {
		t.Errorf("%s as written: %v", path, err)
	}
	return out.Profile
}
