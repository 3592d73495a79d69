package writeback

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/taxonomy"
)

const signedBadge = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"type":["VerifiableCredential","OpenBadgeCredential"],
"credentialSubject":{"type":["AchievementSubject"],"achievement":{"type":["Achievement"],"name":"Forklift Operator","description":"Drives a forklift."}},
"proof":{"type":"DataIntegrityProof","proofValue":"z58DAdF"}}`

func signedRequest(t *testing.T) Request {
	t.Helper()
	doc, err := credential.Read("forklift.json", []byte(signedBadge), credential.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := accepted()
	list[0].Evidence = []alignment.Evidence{{Pointer: "/credentialSubject/achievement/name", Role: alignment.RoleTitle, Bytes: [2]int{0, 17}, UTF16: [2]int{0, 17}, Quote: "Forklift Operator",
		Matched: alignment.Matched{Label: "operate forklift", Lang: "en", Kind: taxonomy.PrefLabel}}}
	weights := "sha256:" + strings.Repeat("0b", 32)
	return Request{Name: "forklift.json", Data: []byte(signedBadge), Document: doc, Accepted: list, Reviewer: "R. Kaya", At: time.Date(2026, 5, 4, 10, 30, 0, 0, time.UTC),
		Engine: alignment.Identity{Version: "1.0", Weights: weights, Schemes: []alignment.SchemeDigest{{Name: "esco", Release: "1.1.1", Digest: "sha256:aa"}}}}
}

// TestReceipt shows the life of a receipt: made, not made twice, superseded.
func TestReceipt(t *testing.T) {
	req := signedRequest(t)
	if _, err := Apply(req); !errors.Is(err, taxonomy.ErrConflict) || !Signed(req) {
		t.Fatalf("a signed badge is written into: %v", err)
	}
	first, added, _, err := NewReceipt(req, nil)
	if err != nil || len(added) != 2 {
		t.Fatalf("added %v, %v", added, err)
	}
	checkReceipt(t, first)
	same, added, present, err := NewReceipt(req, first)
	if err != nil || same != first || len(added) != 0 || len(present) != 2 {
		t.Errorf("the same again: added %v, present %v, %v", added, present, err)
	}
	again, _, _, err := NewReceipt(req, nil)
	if err != nil || again.ID != first.ID {
		t.Errorf("the same request gives ids %s and %s", first.ID, again.ID)
	}
	later := req
	later.At = req.At.AddDate(0, 1, 0)
	later.Accepted = []Accepted{{URI: "http://data.europa.eu/esco/skill/fd9c8437-6e20-47b5-8508-f23f442446c2", Label: "pallets loading", Kind: taxonomy.Skill, Scheme: "esco", Release: "1.1.1", Framework: frameworks["esco"]}}
	second, added, _, err := NewReceipt(later, first)
	if err != nil || len(added) != 1 || len(second.Alignments) != 3 {
		t.Fatalf("added %v to %d, %v", added, len(second.Alignments), err)
	}
	if diff := cmp.Diff([]string{first.ID}, second.Supersedes); diff != "" {
		t.Errorf("supersedes (-want +got)\n%s", diff)
	}
	checkReceipt(t, second)
	other := req
	changed := *req.Document
	changed.Digest = "sha256:" + strings.Repeat("cd", 32)
	other.Document = &changed
	if _, _, _, err := NewReceipt(other, first); !errors.Is(err, taxonomy.ErrConflict) || !strings.Contains(err.Error(), "is about another document") {
		t.Errorf("another document: %v", err)
	}
}

// checkReceipt checks a receipt against the published schema, and that it is
// read as it was written.
func checkReceipt(t *testing.T, r *Receipt) {
	t.Helper()
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(ReceiptSchema))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource(receiptSchema, schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(receiptSchema)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%v\n%s", err, data)
	}
	back, err := ReadReceipt("receipt.json", data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Encode()
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("read and written again: %v\n%s", err, cmp.Diff(string(data), string(again)))
	}
}

func TestReadReceiptRefuses(t *testing.T) {
	for _, s := range []string{"", "{}", `{"type":"Receipt","id":"x"}`, signedBadge} {
		if _, err := ReadReceipt("old.json", []byte(s)); !errors.Is(err, taxonomy.ErrConflict) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestSigned(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       bool
	}{
		{"a proof", signedBadge, true},
		{"a list with one", `[{"a":1},{"proof":[{}]}]`, true},
		{"in a JWT", `{"vc":{"proof":{}}}`, true},
		{"JAdES", `{"payload":"{}","signatures":[{}]}`, true},
		{"a Registry envelope", `{"decoded_resource":{},"resource":"eyJ"}`, true},
		{"an xAPI signature", `{"attachments":[{"usageType":"http://adlnet.gov/expapi/attachments/signature"}]}`, true},
		{"a compact JWS", "eyJhbGciOiJub25lIn0.e30.c2ln\n", true},
		{"none", `{"payload":"x","attachments":[{"usageType":"http://a.example/photo"}]}`, false},
		{"null", `{"proof":null}`, false},
	} {
		req := Request{Name: "a", Data: []byte(c.data), Document: &alignment.Document{Type: "OpenBadge/3.0"}}
		if got := Signed(req); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if _, err := Apply(req); errors.Is(err, taxonomy.ErrConflict) != c.want {
			t.Errorf("%s: written into: %v", c.name, err)
		}
	}
}

// TestRealSigned makes a receipt for every signed real badge and record.
func TestRealSigned(t *testing.T) {
	made := 0
	for _, folder := range []string{"openbadges/1edtech-fixtures/src/test/resources", "clr/1edtech-fixtures/src/test/resources"} {
		dir := sharedData(t, folder)
		if dir == "" {
			t.Skip("../shared/data is not here; this test reads real files from it")
		}
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			req := signedRequest(t)
			req.Name, req.Data = d.Name(), data
			if req.Document, err = credential.Read(req.Name, data, credential.Options{}); err != nil || !Signed(req) {
				return nil
			}
			r, _, _, err := NewReceipt(req, nil)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				return nil
			}
			checkReceipt(t, r)
			made++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if t.Logf("%d receipts", made); made < 40 {
		t.Errorf("%d receipts were made, at least 40 were expected", made)
	}
}

// TestImages writes into unsigned baked images of our own.
func TestImages(t *testing.T) {
	plain := []byte(strings.Replace(strings.Replace(signedBadge, `"proof"`, `"note"`, 1), "\n", "", -1))
	svg := []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 9 9"><openbadges:credential><![CDATA[` + string(plain) + `]]></openbadges:credential><circle r="4"/></svg>`)
	for name, image := range map[string][]byte{"badge.png": bakedPNG(t, plain), "badge.svg": svg} {
		t.Run(name, func(t *testing.T) {
			req := signedRequest(t)
			doc, err := credential.Read(name, image, credential.Options{})
			if err != nil {
				t.Fatal(err)
			}
			req.Name, req.Data, req.Document = name, image, doc
			out, err := Apply(req)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Added) != 2 || out.Profile != "ob3-alignment" {
				t.Errorf("%s", show(out))
			}
			back, err := credential.Read(name, out.Data, credential.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(back.Stated) != 2 || back.Stated[0].URI != req.Accepted[0].URI || back.Name != "Forklift Operator" {
				raw, _ := json.Marshal(back.Stated)
				t.Errorf("read again: %s", raw)
			}
			req.Data, req.Document = out.Data, back
			second, err := Apply(req)
			if err != nil || len(second.Patch) > 0 || !bytes.Equal(second.Data, out.Data) {
				t.Errorf("the second time: %v, %v", second.Patch, err)
			}
			if name == "badge.svg" && !isPart(image, out.Data) {
				t.Errorf("the picture changed: %s", out.Data)
			}
			if name == "badge.png" {
				samePicture(t, image, out.Data)
			}
		})
	}
}
