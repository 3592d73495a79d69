package alignment

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written yields the texts of the written corpus and some that are odd.
func written(t *testing.T, yield func(string)) {
	files, err := filepath.Glob("../data/corpus/*/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if cells := strings.Split(line, "\t"); len(cells) > 2 {
				yield(cells[2])
			}
		}
	}
	for _, s := range []string{
		"EARNERS OF THIS BADGE HAVE SHOWN", "You’ll learn how to weld", "Our ideal candidate has", "On successful completion of this unit",
		"Pre-requisites: none", "PRÉREQUIS : aucun", "Requisitos previos: B1", "Zugangsvoraussetzung – Abitur", "Learners must have already passed A1",
		"AUCUNE CONNAISSANCE", "Zertifizierter Fachwirt, Fachrichtung Handel", "GEPRÜFTE Meisterin",
		"", " ", " , and  or", "a,b;c/d", "a and b or  c", " and", "and ", "x & y", "x, & y", "x,o y o z", "a /\tand b", "a,and\tb", "a and and b", "a and, b", "é et ü",
	} {
		yield(s)
	}
}

func TestRulesAreCued(t *testing.T) {
	matched := map[*rule]int{}
	written(t, func(s string) {
		for _, r := range []*rule{frames, negated, presupposed, titleFrames} {
			if !r.pattern.MatchString(s) {
				continue
			}
			matched[r]++
			if !r.cued(s) {
				t.Errorf("%q matches %.40s… and has no cue of it", s, r.pattern)
			}
		}
	})
	if len(matched) < 4 {
		t.Errorf("only %d of 4 rules match anything", len(matched))
	}
}

func TestSeams(t *testing.T) {
	pattern := regexp.MustCompile(`\s*[,;/]\s*(?:and |or |und |oder |et |ou |y |o )?|\s+(?:and|or|und|oder|et|ou|y|&)\s+`)
	written(t, func(s string) {
		var want [][2]int
		for _, span := range pattern.FindAllStringIndex(s, -1) {
			want = append(want, [2]int(span))
		}
		if diff := cmp.Diff(want, seams(s)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", s, diff)
		}
	})
}
