package data

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestSamples(t *testing.T) {
	entries, err := fs.ReadDir(Samples, "samples")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 14 {
		t.Errorf("%d samples, want at least 14", len(entries))
	}
	urls, aligned := skillURLs(t), 0
	for _, e := range entries {
		b, err := fs.ReadFile(Samples, path.Join("samples", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if len(b) == 0 || len(b) > 8<<10 {
			t.Errorf("%s has %d bytes", e.Name(), len(b))
		}
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		var doc any
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Errorf("%s: %v", e.Name(), err)
		}
		for _, m := range regexp.MustCompile(`"targetUrl":\s*"([^"]*)"`).FindAllSubmatch(b, -1) {
			urls.need(t, "alignment of "+e.Name(), string(m[1]))
			aligned++
		}
	}
	if aligned == 0 {
		t.Error("no sample has an alignment of its own")
	}
}

// TestOnlyOurURLs keeps upstream identifiers out: a name under .example, or
// the address of a vocabulary, schema, licence or signature suite. The O*NET
// importer mints its URIs under one host, also for our invented codes.
func TestOnlyOurURLs(t *testing.T) {
	vocabularies := map[string]bool{
		"credreg.net": true, "www.onetonline.org": true, "purl.imsglobal.org": true, "schema.org": true, "w3id.org": true,
		"www.apache.org": true, "www.w3.org": true,
	}
	host := regexp.MustCompile(`https?://([^/"\s,]+)`)
	for _, fsys := range []fs.FS{Starter, Samples} {
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(fsys, name)
			for _, m := range host.FindAllSubmatch(b, -1) {
				if h := string(m[1]); !strings.HasSuffix(h, ".example") && !vocabularies[h] {
					t.Errorf("%s names the host %s", name, h)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
