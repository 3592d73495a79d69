package index

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/taxonomy"
)

// syllables make words that look like words to stemmers and dictionaries.
var syllables = strings.Fields("ma na ge ment pro duc tion ser vice sys tem de sign con trol ana ly sis re port qua li ty fi nan ce log is tic ope ra te wel ding tex tile crea tive plan ning")

// synthetic makes a release of n concepts with the given number of alternative
// labels in each language and a definition in the first, always the same.
func synthetic(n, alternatives int, langs ...taxonomy.Lang) *memory {
	rnd := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 12000)
	for i := range vocabulary {
		var b strings.Builder
		for range 2 + rnd.IntN(3) {
			b.WriteString(syllables[rnd.IntN(len(syllables))])
		}
		vocabulary[i] = b.String()
	}
	text := func(words int) string {
		picked := make([]string, words)
		for i := range picked {
			// Squared, so that some words are far more frequent than others.
			f := rnd.Float64()
			picked[i] = vocabulary[int(f*f*float64(len(vocabulary)))]
		}
		return strings.Join(picked, " ")
	}
	concepts := make([]*taxonomy.Concept, n)
	for i := range concepts {
		c := &taxonomy.Concept{URI: taxonomy.URI(fmt.Sprintf("http://example.org/skill/%06d", i)), Kind: taxonomy.Skill}
		if i%5 == 0 {
			c.Kind, c.Code = taxonomy.Occupation, fmt.Sprintf("%d.%d", 1000+i/9, i%9)
		}
		for _, lang := range langs {
			c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: lang, Text: text(1 + rnd.IntN(4))})
			for range alternatives {
				c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.AltLabel, Lang: lang, Text: text(2 + rnd.IntN(3))})
			}
		}
		c.Notes = []taxonomy.Note{{Kind: taxonomy.Definition, Lang: langs[0], Text: text(35)}}
		concepts[i] = c
	}
	m := new(memory)
	m.add(taxonomy.Ref{Scheme: "synthetic", Version: "1"}, concepts)
	return m
}

// likeESCO has the size of one language of ESCO.
func likeESCO() *memory { return synthetic(17000, 6, "en") }

func BenchmarkAnalyze(b *testing.B) {
	m := synthetic(2000, 1, "en")
	var texts []string
	size := 0
	for _, c := range m.releases[0].concepts {
		texts = append(texts, c.Notes[0].Text)
		size += len(c.Notes[0].Text)
	}
	for _, lang := range []taxonomy.Lang{"en", "de", "cs", ""} {
		b.Run("lang="+string(lang), func(b *testing.B) {
			b.SetBytes(int64(size))
			var tokens []Token
			for b.Loop() {
				for _, t := range texts {
					tokens = AppendTokens(tokens[:0], lang, t)
				}
			}
			if len(tokens) != 35 {
				b.Fatalf("the last text has %d words, want 35", len(tokens))
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	european := []taxonomy.Lang{"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "is", "it", "lt", "lv", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sv"}
	for _, bm := range []struct {
		name string
		m    *memory
	}{
		{"concepts=17000,labels=119000,languages=1", likeESCO()},
		{"concepts=3000,labels=546000,languages=26", synthetic(3000, 6, european...)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			ref := bm.m.releases[0].Ref
			for b.Loop() {
				if err := Build(b.Context(), b.TempDir(), bm.m, ref, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// p95 runs f on the items in turn and reports the time that 95 of 100 runs keep to.
func p95(b *testing.B, items []string, f func(string)) {
	b.Helper()
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		f(items[i%len(items)])
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(times[len(times)-1].Microseconds())/1000, "max-ms")
}

func benchmarkSearch(b *testing.B, x *Index, queries []string) {
	b.Run("search", func(b *testing.B) {
		p95(b, queries, func(q string) {
			res, err := x.Search(b.Context(), Query{Text: q, Langs: []taxonomy.Lang{"en"}, Facets: true})
			if err != nil || len(res.Hits) == 0 {
				b.Fatalf("search %q: %d hits, %v", q, len(res.Hits), err)
			}
		})
	})
	b.Run("typos", func(b *testing.B) {
		p95(b, queries, func(q string) {
			if len(q) > 6 {
				q = q[:3] + q[4:]
			}
			if _, err := x.Search(b.Context(), Query{Text: q, Langs: []taxonomy.Lang{"en"}}); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("suggest", func(b *testing.B) {
		var strokes []string
		for _, q := range queries {
			for end := range q {
				if end > 0 && !strings.HasSuffix(q[:end], " ") {
					strokes = append(strokes, q[:end])
				}
			}
		}
		p95(b, strokes, func(q string) {
			hits, err := x.Suggest(b.Context(), SuggestQuery{Prefix: q, Langs: []taxonomy.Lang{"en"}})
			if err != nil || len(hits) == 0 {
				b.Fatalf("suggest %q: %d hits, %v", q, len(hits), err)
			}
		})
	})
	b.Run("10KB", func(b *testing.B) {
		long := strings.Repeat(strings.Join(queries, " ")+" ", 200)[:10000]
		p95(b, []string{long}, func(q string) {
			if _, err := x.Search(b.Context(), Query{Text: q}); err != nil {
				b.Fatal(err)
			}
		})
	})
}

func prefLabels(m *memory, every int) []string {
	var labels []string
	for i, c := range m.releases[0].concepts {
		if i%every == 0 {
			labels = append(labels, c.Pref("en").Text)
		}
	}
	return labels
}

func BenchmarkSearch(b *testing.B) {
	m := likeESCO()
	x, _ := buildAll(b, m)
	benchmarkSearch(b, x, prefLabels(m, 500))
}

func BenchmarkRealESCO(b *testing.B) {
	m := readEnglishESCO(b)
	x, _ := buildAll(b, m)
	benchmarkSearch(b, x, prefLabels(m, 300))
}

func BenchmarkRealLanguages(b *testing.B) {
	m := new(memory)
	archive := filepath.Join(sharedESCO(b), "esco-1.0.8-occupations-26-languages.zip")
	ref := taxonomy.Ref{Scheme: "esco", Version: "1.0.8"}
	m.add(ref, readESCO(b, archive, "occupations", taxonomy.Occupation))
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			if err := Build(b.Context(), b.TempDir(), m, ref, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	x, _ := buildAll(b, m)
	benchmarkSearch(b, x, prefLabels(m, 100))
	b.Run("all languages", func(b *testing.B) {
		p95(b, prefLabels(m, 100), func(q string) {
			if _, err := x.Search(b.Context(), Query{Text: q}); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("suggest all languages", func(b *testing.B) {
		p95(b, []string{"m", "ma", "manager", "in", "ing", "tech"}, func(q string) {
			if _, err := x.Suggest(b.Context(), SuggestQuery{Prefix: q}); err != nil {
				b.Fatal(err)
			}
		})
	})
}
