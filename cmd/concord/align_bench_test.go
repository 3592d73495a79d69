package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/alignment"
	"concord/taxonomy"
)

// BenchmarkRealAlign measures alignment with ESCO 1.1.0 and, for loading,
// O*NET 29.2 beside it, warm and on one core: a snapshot built, opened, a
// sentence ranked and aligned, a course description of 600 characters aligned.
func BenchmarkRealAlign(b *testing.B) {
	data := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		b.Skip("../shared/data is not here; this benchmark reads real files from it")
	}
	home := b.TempDir()
	concord := func(args ...string) {
		b.Helper()
		var stderr bytes.Buffer
		if status := run(b.Context(), append([]string{"--home", home}, args...), nil, &bytes.Buffer{}, &stderr); status != exitDone {
			b.Fatalf("concord %v: status %d, %s", args, status, stderr.String())
		}
	}
	esco := filepath.Join(data, "esco")
	concord("import", "--no-index", filepath.Join(esco, "esco-1.1.0-en.zip"), filepath.Join(esco, "esco-1.1.0-relations.zip"))
	concord("import", "--no-index", filepath.Join(data, "onet", "db_29_2_text.zip"))
	a := &app{homeFlag: home, stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	p, err := a.open()
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	rels, err := p.releases(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	table, err := p.table()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			for _, rel := range rels {
				if err := alignment.Build(b.Context(), p.snapshots, p, rel.Ref, table, nil); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			e, err := a.engine(b.Context(), p, rels)
			if err != nil {
				b.Fatal(err)
			}
			e.Close()
		}
	})
	engine, _, _, done, err := a.openEngine(b.Context(), []string{"esco"})
	if err != nil {
		b.Fatal(err)
	}
	defer done()
	sentences := sentencesOf(b, filepath.Join(data, "bench", "extraction", "tech.validation.queries.tsv"))
	skills := []taxonomy.Kind{taxonomy.Skill, taxonomy.Knowledge}
	b.Run("rank-sentence", func(b *testing.B) {
		quantiles(b, len(sentences), func(i int) {
			found, err := engine.Rank(sentences[i], alignment.RankOptions{Lang: "en", Kinds: skills, Top: 50})
			if err != nil || len(found) == 0 {
				b.Fatalf("%q: %d found, %v", sentences[i], len(found), err)
			}
		})
	})
	aligned := func(b *testing.B, texts []string) {
		quantiles(b, len(texts), func(i int) {
			d := &alignment.Document{Type: "text/plain", Lang: "en", Texts: []alignment.Text{{Content: texts[i], Masked: texts[i],
				Blocks: []alignment.Block{{End: len(texts[i]), Role: alignment.RoleDescription}}}}}
			if _, err := engine.Align(b.Context(), d, alignment.Options{}); err != nil {
				b.Fatal(err)
			}
		})
	}
	b.Run("align-sentence", func(b *testing.B) { aligned(b, sentences) })
	b.Run("align-600-characters", func(b *testing.B) {
		var texts []string
		text := ""
		for _, s := range sentences {
			if text += s + " "; len(text) >= 600 {
				texts, text = append(texts, text[:600]), ""
			}
		}
		aligned(b, texts)
	})
}

// quantiles runs f(0) … f(n-1) in turn and reports the times that 50, 95 and
// 99 of 100 runs keep to.
func quantiles(b *testing.B, n int, f func(int)) {
	b.Helper()
	for i := range n {
		f(i) // warm
	}
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		f(i % n)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	for _, q := range []struct {
		name string
		at   int
	}{{"p50-ms", 50}, {"p95-ms", 95}, {"p99-ms", 99}} {
		b.ReportMetric(float64(times[len(times)*q.at/100].Microseconds())/1000, q.name)
	}
}

func sentencesOf(b *testing.B, path string) (out []string) {
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		_, s, _ := strings.Cut(l, "\t")
		out = append(out, s)
	}
	return out
}
