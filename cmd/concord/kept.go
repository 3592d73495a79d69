package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment/kept"
	"concord/taxonomy"
)

func (a *app) keptCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "kept",
		Short: "List, export and delete learners' documents that were kept with --keep",
		Long:  "Kept lists the documents that align or profile were told to keep, what expires\nfirst first. A document that has expired is deleted, with everything derived from\nit, by the next command that opens your home. A backup of the store holds none.",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.listKept() },
	}
	var out string
	var all bool
	export := &cobra.Command{
		Use:   "export ID... --out FILE.zip",
		Short: "Write everything that is kept of documents to a zip archive",
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "out", out); err != nil {
				return err
			}
			return a.exportKept(args, all, out)
		},
	}
	export.Flags().StringVarP(&out, "out", "o", "", "`file` to write")
	remove := &cobra.Command{
		Use:   "delete ID...",
		Short: "Delete documents and everything derived from them",
		RunE:  func(c *cobra.Command, args []string) error { return a.deleteKept(args, all) },
	}
	for _, sub := range []*cobra.Command{export, remove} {
		sub.Flags().BoolVar(&all, "all", false, "all documents that are kept")
		c.AddCommand(sub)
	}
	return c
}

// keptFolder is the folder of kept documents, without those that have expired.
func (a *app) keptFolder() (kept.Folder, error) {
	home, err := a.home()
	if err != nil {
		return kept.Folder{}, err
	}
	folder := kept.In(home)
	_, err = folder.Expire(time.Now())
	return folder, err
}

func (a *app) listKept() error {
	folder, err := a.keptFolder()
	if err != nil {
		return err
	}
	list, err := folder.List()
	if err != nil {
		return err
	}
	s := a.style()
	if len(list) == 0 && !a.json {
		fmt.Fprintln(a.stdout, "Nothing is kept.")
	}
	for _, r := range list {
		if a.json {
			if err := a.printJSON(r); err != nil {
				return err
			}
			continue
		}
		if r.Digest == "" {
			fmt.Fprintf(a.stdout, "%s  %s\n", r.ID, s.yellow("damaged: its record cannot be read; delete it"))
			continue
		}
		fmt.Fprintf(a.stdout, "%s  %s  %s\n", r.ID, s.bold(clip(printable(r.File+"  "+r.Name), a.width()-50)),
			s.dim(fmt.Sprintf("%s · kept %s · expires %s", r.Type, r.Kept.Format(time.DateOnly), r.Expires.Format(time.DateOnly))))
	}
	return nil
}

// chosen returns the records that ids name, or all of them.
func chosen(folder kept.Folder, ids []string, all bool) ([]kept.Record, error) {
	if all == (len(ids) > 0) {
		return nil, fmt.Errorf("%w: give ids, or --all; concord kept lists what is kept", taxonomy.ErrInvalid)
	}
	if all {
		return folder.List()
	}
	var records []kept.Record
	for _, id := range ids {
		rec, err := folder.Find(id)
		if err != nil {
			return nil, err
		}
		records = append(records, rec)
	}
	return records, nil
}

func (a *app) exportKept(ids []string, all bool, out string) error {
	folder, err := a.keptFolder()
	if err != nil {
		return err
	}
	records, err := chosen(folder, ids, all)
	if err != nil {
		return err
	}
	return writeWhole(out, func(w io.Writer) error { return folder.Export(w, records) })
}

func (a *app) deleteKept(ids []string, all bool) error {
	folder, err := a.keptFolder()
	if err != nil {
		return err
	}
	records, err := chosen(folder, ids, all)
	if err != nil {
		return err
	}
	for _, r := range records {
		if _, err := folder.Delete(r.ID); err != nil {
			return err
		}
		if a.json {
			err = a.printJSON(r)
		} else {
			_, err = fmt.Fprintf(a.stdout, "deleted %s  %s\n", r.ID, printable(r.File))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
