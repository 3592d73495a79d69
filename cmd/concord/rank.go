package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"concord/alignment"
	"concord/taxonomy"
)

func (a *app) rankCmd() *cobra.Command {
	var scheme, lang, labels string
	var kinds []string
	var top int
	c := &cobra.Command{
		Use:     "rank --scheme S[@V] [flags] < QUERIES.tsv",
		Short:   "Rank the concepts of one release for many texts",
		Long:    "Rank reads lines of id<TAB>text and prints id<TAB>uri<TAB>score<TAB>label, best\nfirst: the raw order, without abstention. The order is total and scores fall\nstrictly, so sorting by score gives it back. A malformed line is reported with\nits number and the rest is ranked; the exit status is then 2.",
		Example: "  concord rank --scheme esco@1.1.0 --kind skill --kind knowledge --top 100 < queries.tsv > run.tsv",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "scheme", scheme); err != nil {
				return err
			}
			ks, err := parseKinds(kinds)
			if err != nil {
				return err
			}
			if labels != "all" && labels != "preferred" {
				return fmt.Errorf("%w: --labels is all or preferred, not %q", taxonomy.ErrInvalid, labels)
			}
			if top < 1 {
				return fmt.Errorf("%w: --top must be at least 1", taxonomy.ErrInvalid)
			}
			return a.rank(c.Context(), scheme, alignment.RankOptions{Lang: taxonomy.ParseLang(lang), Kinds: ks, Preferred: labels == "preferred", Top: top})
		},
	}
	c.Flags().StringVar(&scheme, "scheme", "", "`S[@V]` to rank; without a version, its current release")
	c.Flags().StringArrayVar(&kinds, "kind", nil, "rank only concepts of this kind; may be repeated")
	c.Flags().StringVar(&lang, "lang", "", "language of the texts (default English if the release has it, else its own)")
	c.Flags().StringVar(&labels, "labels", "all", "labels to look at: all or preferred")
	c.Flags().IntVar(&top, "top", 100, "lines for each text, at most")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

// A rankLine is one line of a ranking as rank --json prints it.
type rankLine struct {
	ID    string       `json:"id"`
	URI   taxonomy.URI `json:"uri"`
	Score float64      `json:"score"`
	Label string       `json:"label"`
}

// rankBatch is how many texts are read before they are ranked side by side.
const rankBatch = 512

// maxText bounds one text.
const maxText = 1 << 20

func (a *app) rank(ctx context.Context, scheme string, opt alignment.RankOptions) error {
	engine, _, _, done, err := a.openEngine(ctx, []string{scheme})
	if err != nil {
		return err
	}
	defer done()
	in := bufio.NewReaderSize(a.stdin, 1<<16)
	out := bufio.NewWriterSize(a.stdout, 1<<16)
	bad := false
	for line, end := 0, false; !end; {
		var ids, texts []string
		for len(texts) < rankBatch {
			text, err := readLine(in)
			if err == io.EOF {
				end = true
				break
			}
			if err != nil {
				return fmt.Errorf("reading standard input: %w", err)
			}
			line++
			id, query, why := splitLine(text, line)
			if why != "" {
				fmt.Fprintf(a.stderr, "concord: line %d: %s\n", line, why)
				bad = true
			} else if id != "" {
				ids, texts = append(ids, id), append(texts, query)
			}
		}
		ranked, err := rankAll(ctx, engine, texts, opt)
		if err != nil {
			return err
		}
		for i, r := range ranked {
			if err := a.printRanking(out, ids[i], r); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	if bad {
		return errPartly
	}
	return nil
}

// readLine reads a line without its end; one that is too long is cut to
// maxText+1 bytes. The last line need not end.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		chunk, err := in.ReadSlice('\n')
		if len(line) <= maxText {
			line = append(line, chunk...)
		}
		switch {
		case err == nil, err == io.EOF && len(line) > 0:
			return bytes.TrimRight(line, "\r\n"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// splitLine cuts "id<TAB>text". why says what is wrong with the line; a blank
// line is nothing and not wrong.
func splitLine(line []byte, number int) (id, text, why string) {
	if number == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return "", "", ""
	}
	if len(line) > maxText {
		return "", "", "is longer than 1 MiB"
	}
	if !utf8.Valid(line) {
		return "", "", "is not UTF-8"
	}
	id, text, tab := strings.Cut(string(line), "\t")
	switch {
	case !tab:
		return "", "", "has no tab; id<TAB>text was expected"
	case strings.TrimSpace(id) == "":
		return "", "", "has no id before the tab"
	case strings.TrimSpace(text) == "":
		return "", "", "has no text behind the tab"
	}
	return id, text, ""
}

// rankAll ranks texts on all cores and returns the rankings in their order.
func rankAll(ctx context.Context, engine *alignment.Engine, texts []string, opt alignment.RankOptions) ([][]alignment.Ranked, error) {
	out := make([][]alignment.Ranked, len(texts))
	g, live := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, text := range texts {
		g.Go(func() error {
			if err := live.Err(); err != nil {
				return err
			}
			var err error
			out[i], err = engine.Rank(text, opt)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

func (a *app) printRanking(out *bufio.Writer, id string, ranked []alignment.Ranked) error {
	for _, r := range ranked {
		if a.json {
			if err := writeJSON(out, rankLine{id, r.URI, r.Score, r.Label}); err != nil {
				return err
			}
			continue
		}
		label := strings.Join(strings.Fields(r.Label), " ") // a tab in a label would be a column
		if _, err := fmt.Fprintf(out, "%s\t%s\t%.8f\t%s\n", id, r.URI, r.Score, label); err != nil {
			return err
		}
	}
	return nil
}
