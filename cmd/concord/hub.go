package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// hubCmd is the parent of the commands about hub concepts.
func (a *app) hubCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "hub",
		Short: "Gather the concepts that exact mappings join into hub concepts with stable ids",
		Long: `A hub concept is what concepts of several frameworks have in common: all that
accepted exact mappings join, under one id that stays when frameworks are imported
again, mappings come and go, and hubs are merged or split. A hub never holds two
concepts of one release: a mapping that would join them is a conflict, shown by
hub list --conflicts. docs/crosswalk-inference.md has the rules.`,
	}
	c.AddCommand(a.hubUpdateCmd(), a.hubShowCmd(), a.hubListCmd())
	return c
}

func (a *app) hubUpdateCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "update",
		Short: "Bring the hub concepts up to date with the mappings in the store",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.hubUpdate(c.Context()) },
	}
}

func (a *app) hubUpdate(ctx context.Context) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	var done sqlite.HubUpdate
	now := time.Now().UTC().Format(time.RFC3339)
	err = p.UpdateHubs(ctx, func(old []taxonomy.Hub, update int) (u sqlite.HubUpdate, err error) {
		rows, members, err := crosswalk.ReadExact(ctx, p)
		if err != nil {
			return u, err
		}
		u.Hubs, u.Events, u.Conflicts = crosswalk.UpdateHubs(old, rows, members, update)
		for i := range u.Events {
			u.Events[i].Time = now
		}
		done = u
		return u, nil
	})
	if err != nil {
		return err
	}
	hubs, err := p.Hubs(ctx)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, e := range done.Events {
		count[string(e.Kind)]++
	}
	if a.json {
		return a.printJSON(struct {
			Hubs      int            `json:"hubs"`
			Events    map[string]int `json:"events"`
			Conflicts int            `json:"conflicts"`
		}{len(hubs), count, len(done.Conflicts)})
	}
	line := plural(len(hubs), "hub concept")
	if len(count) == 0 {
		line += ", none changed"
	}
	for _, kind := range sortedKeys(count) {
		line += fmt.Sprintf(" · %s %s", thousands(count[kind]), kind)
	}
	fmt.Fprintln(a.stdout, line)
	if n := len(done.Conflicts); n > 0 {
		fmt.Fprintf(a.stdout, "%s joined nothing; see concord hub list --conflicts\n", plural(n, "exact mapping"))
	}
	return nil
}

func (a *app) hubShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show URI|HUB",
		Short: "Print a hub concept, by its id or by one of its concepts, with its history",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return a.hubShow(c.Context(), taxonomy.URI(args[0])) },
	}
}

// A hubView is a hub as hub show --json prints it.
type hubView struct {
	taxonomy.Hub
	Asked    taxonomy.URI        `json:"asked"`
	Concepts []hubMember         `json:"concepts"`
	History  []taxonomy.HubEvent `json:"history"`
}

type hubMember struct {
	URI      taxonomy.URI `json:"uri"`
	Label    string       `json:"label,omitempty"`
	Releases []string     `json:"releases"` // that have it; none where it is not loaded
}

func (a *app) hubShow(ctx context.Context, key taxonomy.URI) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	h, err := p.Hub(ctx, key)
	if errors.Is(err, taxonomy.ErrNotFound) {
		return fmt.Errorf("%w, by the last concord hub update", err)
	}
	if err != nil {
		return err
	}
	v := hubView{Hub: *h, Asked: key, Concepts: []hubMember{}}
	if v.History, err = p.HubHistory(ctx, h.ID); err != nil {
		return err
	}
	for _, uri := range h.Members {
		m, err := hubMemberOf(ctx, p, uri)
		if err != nil {
			return err
		}
		v.Concepts = append(v.Concepts, m)
	}
	if a.json {
		return a.printJSON(v)
	}
	a.printHub(v)
	return nil
}

// hubMemberOf looks a member up in the releases that are loaded, else for the
// label that a mapping gives it.
func hubMemberOf(ctx context.Context, p *place, uri taxonomy.URI) (hubMember, error) {
	m := hubMember{URI: uri, Releases: []string{}}
	found, err := p.Find(ctx, string(uri))
	if err != nil {
		return m, err
	}
	for _, c := range found {
		if c.URI != uri {
			continue
		}
		m.Releases = append(m.Releases, c.Release.String())
		if m.Label == "" {
			m.Label = c.Pref().Text
		}
	}
	if m.Label != "" {
		return m, nil
	}
	mappings, err := p.Mappings(ctx, uri)
	if err != nil {
		return m, err
	}
	for _, mp := range mappings {
		label := mp.SubjectLabel
		if mp.Object == uri {
			label = mp.ObjectLabel
		}
		if label != "" {
			m.Label = label
			break
		}
	}
	return m, nil
}

func (a *app) printHub(v hubView) {
	s := a.style()
	fmt.Fprintln(a.stdout, s.bold(printable(string(v.ID))))
	if v.Asked != v.ID && strings.HasPrefix(string(v.Asked), string(crosswalk.HubPrefix)) {
		fmt.Fprintf(a.stdout, "%s was merged into it\n", printable(string(v.Asked)))
	}
	if v.Dissolved {
		fmt.Fprintln(a.stdout, s.yellow("dissolved: no accepted exact mapping joins its concepts any more"))
	}
	for _, m := range v.Concepts {
		where := "not loaded"
		if len(m.Releases) > 0 {
			where = strings.Join(m.Releases, ", ")
		}
		anchor := ""
		if m.URI == v.Anchor {
			anchor = " · anchor"
		}
		fmt.Fprintf(a.stdout, "  %s  %s\n    %s\n", labelOr(m.Label, m.URI), s.dim(where+anchor), s.dim(printable(string(m.URI))))
	}
	fmt.Fprintln(a.stdout, s.bold("History"))
	for _, e := range v.History {
		line := fmt.Sprintf("  %s  %s", e.Time, e.Kind)
		if e.Hub != v.ID {
			line = fmt.Sprintf("  %s  %s %s", e.Time, e.Hub, e.Kind)
		}
		for _, o := range e.Others {
			line += " " + string(o)
		}
		if n := len(e.Added); n > 0 {
			line += fmt.Sprintf(" · %s more", thousands(n))
		}
		if n := len(e.Removed); n > 0 {
			line += fmt.Sprintf(" · %s less", thousands(n))
		}
		if e.Anchor != "" {
			line += " · anchor " + string(e.Anchor)
		}
		fmt.Fprintln(a.stdout, printable(line))
	}
}

func (a *app) hubListCmd() *cobra.Command {
	var conflicts bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the hub concepts, or the exact mappings that joined nothing",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			if conflicts {
				return a.hubConflicts(c.Context(), p)
			}
			return a.hubList(c.Context(), p)
		},
	}
	c.Flags().BoolVar(&conflicts, "conflicts", false, "list the exact mappings that would have joined what cannot be one")
	return c
}

func (a *app) hubList(ctx context.Context, p *place) error {
	hubs, err := p.Hubs(ctx)
	if err != nil {
		return err
	}
	s := a.style()
	if len(hubs) == 0 && !a.json {
		fmt.Fprintln(a.stdout, "There is no hub concept; concord hub update makes them of accepted exact mappings.")
	}
	for _, h := range hubs {
		if a.json {
			if err := a.printJSON(h); err != nil {
				return err
			}
			continue
		}
		var names []string
		for _, uri := range h.Members {
			m, err := hubMemberOf(ctx, p, uri)
			if err != nil {
				return err
			}
			if name := labelOr(m.Label, uri); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		fmt.Fprintf(a.stdout, "%s\n  %s\n", s.dim(string(h.ID)), clip(fmt.Sprintf("%d: %s", len(h.Members), strings.Join(names, " = ")), a.width()-2))
	}
	return nil
}

func (a *app) hubConflicts(ctx context.Context, p *place) error {
	conflicts, err := p.HubConflicts(ctx)
	if err != nil {
		return err
	}
	s := a.style()
	if len(conflicts) == 0 && !a.json {
		fmt.Fprintln(a.stdout, "By the last concord hub update, every accepted exact mapping joins its concepts.")
	}
	for _, c := range conflicts {
		if a.json {
			if err := a.printJSON(c); err != nil {
				return err
			}
			continue
		}
		var sets []string
		for _, set := range c.Sets {
			sets = append(sets, shortSet(set))
		}
		fmt.Fprintf(a.stdout, "%s\n  = %s\n  %s\n", printable(string(c.Subject)), printable(string(c.Object)), s.dim(printable("in "+strings.Join(sets, ", "))))
		fmt.Fprintf(a.stdout, "  %s %s\n", s.yellow("but"), printable(conflictText(c)))
	}
	return nil
}

func conflictText(c taxonomy.HubConflict) string {
	where := strings.TrimPrefix(c.Release, ":")
	switch c.Kind {
	case taxonomy.HubRivals:
		return fmt.Sprintf("another exact mapping leads to the same framework (%s): %s and %s cannot both be it", where, c.Between[0], c.Between[1])
	case taxonomy.HubTwoOf:
		return fmt.Sprintf("with other exact mappings it makes one of two concepts of %s: %s and %s", where, c.Between[0], c.Between[1])
	case taxonomy.HubSaidNot:
		return fmt.Sprintf("an accepted mapping says that %s and %s are not the same", c.Between[0], c.Between[1])
	}
	return string(c.Kind)
}
