package writeback

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	evanphx "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"concord/alignment"
	"concord/alignment/carrier"
	"concord/alignment/credential"
	"concord/taxonomy"
)

var update = flag.Bool("update", false, "rewrite the want and summary sections of testdata")

// A wireRequest is request.json of a case.
type wireRequest struct {
	Profile  string     `json:"profile"`
	To       string     `json:"to"`
	Reviewer string     `json:"reviewer"`
	At       time.Time  `json:"at"`
	Accepted []Accepted `json:"accepted"`
}

// frameworks are the frameworks of the cases' schemes.
var frameworks = map[string]Framework{
	"esco":        {Title: "European Skills, Competences, Qualifications and Occupations (ESCO)", URI: "http://data.europa.eu/esco/", Format: "esco"},
	"yard-skills": {Title: "Yard Skills", URI: "https://skills.concord.example/collections/yard", Format: "rsd"},
	"lightcast":   {Title: "Lightcast Open Skills", Format: "csv"},
}

// requestOf makes the request for a document as the command does.
func requestOf(t *testing.T, name string, data []byte, wire wireRequest) Request {
	t.Helper()
	req := Request{Name: name, Data: data, Profile: wire.Profile, To: wire.To, Reviewer: wire.Reviewer, At: wire.At, Accepted: wire.Accepted,
		Engine: alignment.Identity{Version: "1.0", Weights: "sha256:bb", Schemes: []alignment.SchemeDigest{}}}
	for i := range req.Accepted {
		req.Accepted[i].Framework = frameworks[req.Accepted[i].Scheme]
	}
	doc, err := credential.Read(name, data, credential.Options{})
	if err != nil && !errors.Is(err, taxonomy.ErrInvalid) {
		t.Fatal(err)
	}
	req.Document = doc // nil for a kind that no reader knows yet
	return req
}

// TestProfiles applies the request of every archive under testdata to its
// document, checks the result against the schema of its standard, and applies
// it again, which must change nothing.
func TestProfiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			in := archive.Files[0]
			var wire wireRequest
			if err := json.Unmarshal(archive.Files[1].Data, &wire); err != nil {
				t.Fatal(err)
			}
			req := requestOf(t, in.Name, in.Data, wire)
			out, err := Apply(req)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				archive.Files[2].Data, archive.Files[3].Data = out.Data, []byte(show(out))
				if err := os.WriteFile(p, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[2].Data), string(out.Data)); diff != "" {
				t.Errorf("document (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(string(archive.Files[3].Data), show(out)); diff != "" {
				t.Errorf("summary (-want +got)\n%s", diff)
			}
			switch {
			case out.Sheet:
				checkSheet(t, req, out)
			case !out.Table:
				checkOutcome(t, req, out)
				validate(t, out.Profile, in.Name, slotOf(t, req, in.Data), slotOf(t, req, out.Data))
			}
		})
	}
}

// show prints an outcome one fact per line.
func show(out *Outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s table=%v\n", out.Profile, out.Table)
	for _, op := range out.Patch {
		fmt.Fprintf(&b, "%s %s\n", op.Op, op.Path)
	}
	for _, p := range out.Added {
		fmt.Fprintf(&b, "added %s at %s\n", p.Label, p.Pointer)
	}
	for _, p := range out.Present {
		fmt.Fprintf(&b, "present %s at %s\n", p.Label, p.Pointer)
	}
	for _, l := range out.NotCarried {
		fmt.Fprintf(&b, "not carried %s (%d)\n", l.What, l.Count)
	}
	for _, n := range out.Notes {
		fmt.Fprintf(&b, "note %s\n", n)
	}
	return b.String()
}

// checkOutcome checks what every outcome promises: the patch means what the
// document says, every line of the input is still there in order, and a second
// time nothing is left to add.
func checkOutcome(t *testing.T, req Request, out *Outcome) {
	t.Helper()
	before, after := slotOf(t, req, req.Data), slotOf(t, req, out.Data)
	if len(out.Patch) > 0 && json.Valid(before) {
		raw, err := json.Marshal(out.Patch)
		if err != nil {
			t.Fatal(err)
		}
		patch, err := evanphx.DecodePatch(raw)
		if err != nil {
			t.Fatal(err)
		}
		want, err := patch.Apply(before)
		if err != nil {
			t.Fatalf("%s: a library cannot apply the patch: %v", req.Name, err)
		}
		if diff := cmp.Diff(decode(t, want), decode(t, after)); diff != "" {
			t.Errorf("%s: patch and document differ (-patch +document)\n%s", req.Name, diff)
		}
	}
	if replaced := strings.Contains(show(out), "replace /"); !replaced && !isPart(req.Data, out.Data) {
		t.Errorf("%s: bytes outside the patch changed", req.Name)
	}
	again := req
	again.Data = out.Data
	second, err := Apply(again)
	if err != nil {
		t.Fatalf("%s: the second time: %v", req.Name, err)
	}
	if len(second.Patch) > 0 || len(second.Added) > 0 || string(second.Data) != string(out.Data) {
		t.Errorf("%s: the second time changed something:\n%s", req.Name, show(second))
	}
}

// checkSheet checks that a table is as it was but for what was put in between,
// and that nothing is left to add to any of its records.
func checkSheet(t *testing.T, req Request, out *Outcome) {
	t.Helper()
	if !isPart([]byte(strings.ReplaceAll(string(req.Data), `""`, "")), out.Data) {
		t.Errorf("%s: bytes outside the records changed", req.Name)
	}
	for _, p := range append(out.Added, out.Present...) {
		again := req
		again.Data, again.To, again.Accepted = out.Data, p.Pointer, []Accepted{{URI: p.URI, Label: p.Label}}
		second, err := Apply(again)
		if err != nil {
			t.Fatal(err)
		}
		if len(second.Added) > 0 || string(second.Data) != string(out.Data) {
			t.Errorf("%s: the second time added %v", req.Name, second.Added)
		}
	}
}

// isPart reports whether now is old with bytes put in between.
func isPart(old, now []byte) bool {
	i := 0
	for _, c := range now {
		if i < len(old) && old[i] == c {
			i++
		}
	}
	return i == len(old)
}

// slotOf returns the JSON that a request changes.
func slotOf(t *testing.T, req Request, data []byte) []byte {
	t.Helper()
	req.Data = data
	_, slot, _, err := req.open()
	if err != nil {
		t.Fatal(err)
	}
	return slot.JSON
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}

func TestChoose(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"a.json", `{"CFDocument":{},"CFItems":[{"fullStatement":"x"}]}`, "case"},
		{"a.json", `{"@graph":[{"@type":"ceasn:Competency","ceasn:competencyText":{"en":"x"}}]}`, "ctdl-asn"},
		{"a.json", `{"type":["EuropeanDigitalCredential"],"x":{"type":"LearningOutcome"}}`, "elm"},
		{"a.json", `{"actor":{},"verb":{},"object":{}}`, "xapi"},
		{"a.json", `{"skillStatement":"x"}`, "rsd"},
		{"a.json", `{"@context":"https://schema.org","@type":"Course"}`, "schema.org"},
		{"a.json", `{"@type":"ceterms:Course"}`, "ctdl-credential"},
		{"a.json", `{"name":"x","issuer":"y","criteria":"z"}`, "ob2"},
		{"a.json", `{"type":["Achievement"],"name":"x"}`, "clr2"},
		{"a.json", `{"hello":"world"}`, ""},
		{"a.txt", `hello`, ""},
	} {
		p, _, _, err := Request{Name: c.name, Data: []byte(c.data)}.open()
		if p.name != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.data, p.name, c.want)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	two := `{"CFDocument":{"lastChangeDateTime":"2026-01-01T00:00:00Z"},"CFItems":[{"identifier":"a","fullStatement":"x"},{"identifier":"b","fullStatement":"y"}]}`
	for _, c := range []struct {
		name, data, profile, to, uri string
		is                           error
		want                         string
	}{
		{"unknown profile", `{}`, "ob4", "", "", taxonomy.ErrInvalid, `there is no profile "ob4"; the profiles are clr2,`},
		{"wrong profile", `{"CFDocument":{},"CFItems":[]}`, "ob3-result", "", "", taxonomy.ErrInvalid, "has no credentialSubject with an Achievement for profile ob3-result"},
		{"no kind", `{"hello":"world"}`, "", "", "", taxonomy.ErrInvalid, "say --profile csv or jsonl"},
		{"several places", two, "", "", "", taxonomy.ErrInvalid, `has 2 places for operate forklift (http://a.example/1) and no words that tell which: name one with --to, as "/CFItems/0", "/CFItems/1"`},
		{"no such place", two, "", "/CFItems/7", "", taxonomy.ErrInvalid, `has no CFItem of a CFPackage at "/CFItems/7"; there is one at "/CFItems/0"`},
		{"a code for a URI", two, "", "/CFItems/1", "LOG-7", taxonomy.ErrInvalid, "it has no URI, only a code"},
		{"signed", `{"type":["Achievement"],"proof":{"type":"DataIntegrityProof"}}`, "", "", "", taxonomy.ErrConflict, "is signed, and a changed copy would not verify"},
		{"a program", `{"@context":"https://schema.org","@type":"EducationalOccupationalProgram","name":"x"}`, "schema.org", "", "", taxonomy.ErrInvalid, "for profile schema.org to write to"},
		{"no time", `{"CFDocument":{},"CFItems":[{"identifier":"a"}]}`, "", "", "", taxonomy.ErrInvalid, "say --at TIME"},
		{"a picture", "\x89PNG\r\n\x1a\n", "", "", "", taxonomy.ErrInvalid, "without a badge baked into it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			uri := taxonomy.URI("http://a.example/1")
			if c.uri != "" {
				uri = taxonomy.URI(c.uri)
			}
			_, err := Apply(Request{Name: "a.json", Data: []byte(c.data), Profile: c.profile, To: c.to, Accepted: []Accepted{{URI: uri, Label: "operate forklift"}}})
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestConceptKey(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"http://data.europa.eu/esco/skill/28CB374e-6261", "https://data.europa.eu/esco/skill/28cb374e-6261/", true},
		{"https://esco.ec.europa.eu/en/classification/skill?uri=http%3A%2F%2Fdata.europa.eu%2Fesco%2Fskill%2F28cb374e", "http://data.europa.eu/esco/skill/28cb374e", true},
		{"https://skills.emsidata.com/skills/KS122Q36X5FKT7HHVX1N", "https://lightcast.io/open-skills/skills/KS122Q36X5FKT7HHVX1N/forklift", true},
		{"https://credentialengineregistry.org/resources/ce-0a1b2c3d-1111-4222-8333-444455556666", "https://sandbox.credentialengineregistry.org/graph/CE-0a1b2c3d-1111-4222-8333-444455556666", true},
		{"urn:uuid:ABCD", "urn:uuid:abcd", true},
		{"https://a.example/Skills/1", "https://a.example/skills/1", false},
		{"https://a.example/s?id=1", "https://a.example/s?id=2", false},
		{"https://a.example/s#1", "https://a.example/s#2", false},
	} {
		if (conceptKey(c.a) == conceptKey(c.b)) != c.same {
			t.Errorf("%s (%s) and %s (%s): want %v", c.a, conceptKey(c.a), c.b, conceptKey(c.b), c.same)
		}
	}
}

// FuzzApply writes into any document by any profile. Nothing panics; what is
// written can be read, and a second time there is nothing to add.
func FuzzApply(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range paths {
		archive, err := txtar.ParseFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data, uint8(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		req := Request{Name: "fuzz", Data: data, Profile: append(Profiles(), "")[int(which)%(len(Profiles())+1)], At: time.Unix(1e9, 0), Accepted: []Accepted{
			{URI: "http://data.europa.eu/esco/skill/1", Label: "operate <forklift>", Kind: taxonomy.Skill, Scheme: "esco", Release: "1", Predicate: taxonomy.BroadMatch},
			{URI: "http://data.europa.eu/esco/skill/1/", Label: "again", Kind: taxonomy.Skill, Scheme: "esco", Release: "1"}}}
		out, err := Apply(req)
		if err != nil || out.Table {
			return
		}
		if _, err := carrier.Find(out.Data); err != nil {
			t.Fatalf("the result cannot be read: %v", err)
		}
		req.Data = out.Data
		again, err := Apply(req)
		if err != nil {
			t.Fatalf("%s the second time: %v\n%s", out.Profile, err, out.Data)
		}
		if len(again.Patch) > 0 {
			t.Fatalf("%s: the second time adds:\n%s\nto %s", out.Profile, show(again), out.Data)
		}
	})
}
