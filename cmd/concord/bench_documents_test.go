package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/alignment/bench"
	"concord/taxonomy"
)

// TestMeasureDocuments aligns two documents whole: what is right is counted
// once for a document, and a segment without a concept that looks like none
// comes behind those that have one.
func TestMeasureDocuments(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := write("list.tsv", "urn:s:bread\tbake sourdough bread\nurn:s:violin\trepair violins\nurn:s:bees\tkeep bees and extract honey\n")
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, homeFlag: home}
	if err := a.importPaths(t.Context(), []string{list}, importFlags{as: "work@1", columns: []string{"id", "label"}, noHeader: true, lang: "en"}); err != nil {
		t.Fatal(err)
	}
	b := &benchPlaces{a: a}
	defer b.close()
	scheme, err := b.loaded(t.Context(), "work@1")
	if err != nil {
		t.Fatal(err)
	}
	write("documents/one.txt", "Repair violins. Repair violins and cellos.\nLunch is at one.\n")
	write("documents/two.txt", "Bake sourdough bread before dawn.\n")
	const head = "document\tlang\tpointer\trole\tfrom\tto\ttext\tpredicate=concept\n"
	gold := write("gold.tsv", head+
		"one.txt\ten\t\tdescription\t0\t15\tRepair violins.\tskos:exactMatch=urn:s:violin\n"+
		"one.txt\ten\t\tdescription\t16\t42\tRepair violins and cellos.\tskos:closeMatch=urn:s:violin\n"+
		"one.txt\ten\t\tdescription\t43\t59\tLunch is at one.\n"+
		"two.txt\ten\t\tdescription\t0\t33\tBake sourdough bread before dawn.\tskos:closeMatch=urn:s:bread\tskos:broadMatch=urn:s:bees\n")
	d, err := bench.MeasureDocuments(t.Context(), scheme, gold)
	if err != nil {
		t.Fatal(err)
	}
	if d.Documents != 2 || d.Gold != 3 || d.Segments != [2]int{3, 1} {
		t.Errorf("%d documents, %d concepts, segments %v", d.Documents, d.Gold, d.Segments)
	}
	if at := d.At[0]; at.Right != 2 || at.Shown < 2 || at.Precision() != 2/float64(at.Shown) {
		t.Errorf("from %.1f: %d of %d", at.Probability, at.Right, at.Shown)
	}
	if d.Abstention.Value != 1 {
		t.Errorf("AUROC %.2f", d.Abstention.Value)
	}
	if d.Pooled || d.Named != 0 {
		t.Errorf("without a pool: %v, %d named", d.Pooled, d.Named)
	}
	pool := write("pool.tsv", "document\tpointer\tfrom\tto\tbefore\tpass A\tpass B\n"+
		"one.txt\t\t0\t15\t\tskos:exactMatch=urn:s:violin\tskos:exactMatch=urn:s:violin\n"+
		"two.txt\t\t0\t33\tskos:closeMatch=urn:s:bread skos:broadMatch=urn:s:bees\tskos:closeMatch=urn:s:bread\t\n")
	d, err = bench.MeasureDocuments(t.Context(), scheme, gold)
	if err != nil {
		t.Fatal(err)
	}
	if at := d.At[0]; !d.Pooled || d.Gold != 3 || d.Named != 2 || at.Right != 2 || at.Named != 1 {
		t.Errorf("with a pool: %d concepts, %d named; from %.1f %d right, %d of them named", d.Gold, d.Named, at.Probability, at.Right, at.Named)
	}
	if at := d.At[0]; at.Near != 0 {
		t.Errorf("%d of what is right are near misses", at.Near)
	}
	write("pool.tsv", "document\tpointer\tfrom\tto\tbefore\tpass A\tpass B\n"+
		"one.txt\t\t0\t15\t\t\tskos:relatedMatch=urn:s:violin\n")
	unlabelled := write("unlabelled.tsv", head+"one.txt\ten\t\tdescription\t0\t15\tRepair violins.\n"+
		"one.txt\ten\t\tdescription\t43\t59\tLunch is at one.\tskos:closeMatch=urn:s:bread\n")
	if d, err = bench.MeasureDocuments(t.Context(), scheme, unlabelled); err != nil {
		t.Fatal(err)
	}
	if at := d.At[0]; at.Right != 0 || at.Near != 1 {
		t.Errorf("what one reader relates: %d right, %d near", at.Right, at.Near)
	}
	write("pool.tsv", "document\tpointer\tfrom\tto\tbefore\tpass A\tpass B\none.txt\t\t0\n")
	if _, err := bench.MeasureDocuments(t.Context(), scheme, gold); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "pool.tsv:2") {
		t.Errorf("a short row of a pool: %v", err)
	}
	if err := os.Remove(pool); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"short.tsv": head + "one.txt\ten\n", "number.tsv": head + "one.txt\ten\t\tdescription\tx\t9\tRepair\n"} {
		if _, err := bench.MeasureDocuments(t.Context(), scheme, write(name, text)); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), name+":2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := bench.MeasureDocuments(t.Context(), scheme, write("gone.tsv", head+"none.txt\ten\t\tdescription\t0\t3\tOne\n")); err == nil || !strings.Contains(err.Error(), "none.txt") {
		t.Errorf("a document that is not there: %v", err)
	}
}
