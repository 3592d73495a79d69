package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/taxonomy"
	"concord/web"
)

func (a *app) keyCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "key",
		Short: "Make, list and revoke the keys that the API asks for",
		Long:  "Beyond this machine the API changes nothing without a key, and with\nconcord serve --require-key it reads nothing without one. A key is shown once;\nthe store keeps a digest of it.",
	}
	c.AddCommand(a.keyCreateCmd(), a.keyListCmd(), a.keyRevokeCmd())
	return c
}

func (a *app) keyCreateCmd() *cobra.Command {
	var owner, expires string
	var scopes []string
	c := &cobra.Command{
		Use:     "create --owner NAME --scope S[,S]",
		Short:   "Make a key and show it, this once",
		Example: "  concord key create --owner \"Ada Lovelace\" --scope read,review --expires 2027-01-31",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k := web.Key{Owner: owner}
			for _, s := range scopes {
				k.Scopes = append(k.Scopes, web.Scope(strings.TrimSpace(s)))
			}
			now := time.Now()
			if expires != "" {
				at, err := expiry(expires, now)
				if err != nil {
					return err
				}
				k.Expires = &at
			}
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			k, token, err := web.CreateKey(c.Context(), p.Store, k, now)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					Token string `json:"token"`
					web.Key
				}{token, k})
			}
			fmt.Fprintf(a.stdout, "%s\n\nThis is the only time it is shown. It is key %s of %s, for %s.\n", a.style().bold(token), k.ID, printable(k.Owner), strings.Join(scopes, ", "))
			return nil
		},
	}
	c.Flags().StringVar(&owner, "owner", "", "`name` of who decisions made with it are by")
	c.Flags().StringSliceVar(&scopes, "scope", []string{string(web.ScopeRead)}, "what it is good for: read, align, review, admin")
	c.Flags().StringVar(&expires, "expires", "", "`date` (2027-01-31) or number of days (90d) after which it is no good; default never")
	return c
}

// expiry reads a date, which the key is good through, or a number of days.
func expiry(s string, now time.Time) (time.Time, error) {
	var days int
	if n, err := fmt.Sscanf(s, "%dd", &days); n == 1 && err == nil && days > 0 {
		return now.UTC().AddDate(0, 0, days).Truncate(time.Second), nil
	}
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return at, fmt.Errorf("%w: --expires %q is neither a date like 2027-01-31 nor days like 90d", taxonomy.ErrInvalid, s)
	}
	return at.AddDate(0, 0, 1), nil
}

func (a *app) keyListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the keys", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			keys, err := web.Keys(c.Context(), p.Store)
			if err != nil {
				return err
			}
			for _, k := range keys {
				k.Digest = ""
				if a.json {
					if err := a.printJSON(k); err != nil {
						return err
					}
					continue
				}
				state := "never used"
				if k.LastUsed != nil {
					state = "last used " + k.LastUsed.Format("2006-01-02 15:04")
				}
				switch {
				case k.Revoked != nil:
					state = "revoked " + k.Revoked.Format(time.DateOnly)
				case k.Expires != nil && time.Now().After(*k.Expires):
					state = "expired " + k.Expires.Format(time.DateOnly)
				}
				fmt.Fprintf(a.stdout, "%s  %s  %v  %s\n", k.ID, printable(k.Owner), k.Scopes, state)
			}
			return nil
		},
	}
}

func (a *app) keyRevokeCmd() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: "End a key for good", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			if err := web.RevokeKey(c.Context(), p.Store, args[0], time.Now()); err != nil {
				return err
			}
			if !a.json {
				fmt.Fprintf(a.stdout, "Revoked %s.\n", args[0])
			}
			return nil
		},
	}
}
