package main

import (
	"fmt"
	"path"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment/batch"
	"concord/alignment/kept"
	"concord/taxonomy"
)

// keeping is what a command was told of keeping documents.
type keeping struct {
	keep bool
	days int
}

func (k *keeping) flags(c *cobra.Command) {
	c.Flags().BoolVar(&k.keep, "keep", false, "keep the documents and what is found in your home, until they expire (see concord kept)")
	c.Flags().IntVar(&k.days, "keep-days", kept.DefaultDays, "with --keep, days until they are deleted")
}

func (k keeping) check() error {
	if k.days < 1 || k.days > 36500 {
		return fmt.Errorf("%w: --keep-days must be from 1 to 36500", taxonomy.ErrInvalid)
	}
	return nil
}

// A keeper keeps the files of a run with their answers, one after the other.
// A nil keeper keeps nothing.
type keeper struct {
	folder  kept.Folder
	inputs  []batch.Input
	rec     kept.Record // of the draft
	draft   *kept.Draft // of the input that results are coming from; nil: none
	current int
	failed  int // the last input that is not kept, counted from 1
	kept    []kept.Record
}

// keeper returns one for the inputs, or nil where nothing is to be kept.
func (k keeping) keeper(home string, inputs []batch.Input) *keeper {
	if !k.keep {
		return nil
	}
	now := time.Now().UTC().Truncate(time.Second)
	return &keeper{folder: kept.In(home), inputs: inputs, rec: kept.Record{Kept: now, Expires: now.AddDate(0, 0, k.days)}}
}

// add takes a result. A file that cannot be read to its end is not kept.
func (k *keeper) add(r batch.Result) error {
	if k == nil {
		return nil
	}
	if k.draft != nil && k.current != r.Input {
		if err := k.finish(); err != nil {
			return err
		}
	}
	if r.Err != nil {
		k.failed = r.Input + 1
		return k.discard()
	}
	if k.failed == r.Input+1 {
		return nil
	}
	if k.draft == nil {
		draft, err := k.folder.Begin()
		if err != nil {
			return err
		}
		k.draft, k.current = draft, r.Input
		k.rec.File, k.rec.Name, k.rec.Type, k.rec.Documents = path.Base(k.inputs[r.Input].Name), r.Answer.Document.Name, r.Answer.Document.Type, 0
	}
	k.rec.Documents++
	return k.draft.Answer(r.Answer)
}

// finish completes the draft, if there is one.
func (k *keeper) finish() error {
	if k == nil || k.draft == nil {
		return nil
	}
	document, err := k.inputs[k.current].File.Open()
	if err != nil {
		return err
	}
	defer document.Close()
	rec, err := k.draft.Finish(k.rec, document)
	k.draft = nil
	if err != nil {
		return err
	}
	k.kept = append(k.kept, rec)
	return nil
}

// discard drops the draft, if there is one; after finish there is none.
func (k *keeper) discard() error {
	if k == nil || k.draft == nil {
		return nil
	}
	draft := k.draft
	k.draft = nil
	return draft.Discard()
}

// shownKept bounds the lines that say what was kept.
const shownKept = 10

// reportKept says on standard error what was kept and until when, also of a
// run that was cut short.
func (a *app) reportKept(k *keeper) {
	if k == nil || a.json {
		return
	}
	for i, r := range k.kept {
		if i == shownKept {
			fmt.Fprintf(a.stderr, "and kept %s more (concord kept lists them)\n", thousands(len(k.kept)-i))
			return
		}
		fmt.Fprintf(a.stderr, "kept %s as %s until %s\n", printable(r.File), r.ID, r.Expires.Format(time.DateOnly))
	}
}
