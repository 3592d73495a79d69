package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the store and what is derived from it, and say how to mend what is wrong",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.doctor(c.Context()) },
	}
}

// A finding is one thing wrong, as doctor --json prints it.
type finding struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
}

func (a *app) doctor(ctx context.Context) error {
	home, err := a.home()
	if err != nil {
		return err
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	var found []finding
	checked, err := p.Check(ctx)
	if err != nil {
		return err
	}
	for _, f := range checked {
		found = append(found, finding{f.Code, f.Text, f.Remedy})
	}
	shards, err := p.staleShards(ctx)
	if err != nil {
		return err
	}
	snapshots, err := p.staleSnapshots(ctx)
	if err != nil {
		return err
	}
	schemes, err := p.Schemes(ctx)
	if err != nil {
		return err
	}
	for _, sch := range schemes {
		for _, r := range sch.Releases {
			if shards[r.Ref] {
				found = append(found, finding{"stale-index", fmt.Sprintf("the search index of %s is missing or older than the release", r.Ref), "concord index"})
			}
			if snapshots[r.Ref] {
				found = append(found, finding{"stale-snapshot", fmt.Sprintf("the alignment snapshot of %s is missing, damaged or older than the release", r.Ref), "concord index"})
			}
		}
	}
	for _, f := range found {
		if a.json {
			err = a.printJSON(f)
		} else {
			s := a.style()
			_, err = fmt.Fprintf(a.stdout, "%s %s\n  remedy: %s\n", s.yellow("["+f.Code+"]"), f.Text, f.Remedy)
		}
		if err != nil {
			return err
		}
	}
	if len(found) > 0 {
		return errFindings
	}
	if !a.json {
		fmt.Fprintf(a.stdout, "%s is sound: store, search index and alignment snapshots fit each other.\n", home)
	}
	return nil
}
