package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"

	"concord/taxonomy"
)

// A Finding is something wrong with a store.
type Finding struct {
	Code   string // stable, for programs: "damaged", "no-preferred-label"
	Text   string // what and where
	Remedy string // what a person can do
}

// Check looks for damage in the file and for what makes its releases of less
// use than they should be. Findings are ordered by check, then by release.
// A sound store has none. It reads the whole file.
func (s *Store) Check(ctx context.Context) ([]Finding, error) {
	return s.check(ctx, checkIntegrity, checkForeignKeys, checkReleases, checkLabels, checkOrigins, checkCycles)
}

// check runs checks on one state of the store.
func (s *Store) check(ctx context.Context, checks ...func(context.Context, *sql.Tx) ([]Finding, error)) ([]Finding, error) {
	var findings []Finding
	err := s.view(ctx, func(tx *sql.Tx) error {
		for _, check := range checks {
			found, err := check(ctx, tx)
			findings = append(findings, found...)
			if err == nil {
				continue
			}
			if errors.Is(damaged(s.path, err), taxonomy.ErrInvalid) {
				findings = append(findings, Finding{damagedCode, "the file is damaged: " + err.Error(), mendDamage})
			}
			// What a damaged file makes of the later checks says nothing more.
			if len(findings) > 0 && findings[0].Code == damagedCode {
				return nil
			}
			return fmt.Errorf("checking the store: %w", err)
		}
		return nil
	})
	return findings, err
}

const (
	damagedCode = "damaged"
	mendDamage  = "restore a backup, or remove the file and import again"
)

// checkIntegrity asks SQLite whether the file is sound.
func checkIntegrity(ctx context.Context, tx *sql.Tx) ([]Finding, error) {
	problems, err := texts(ctx, tx, "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 5")
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, p := range problems {
		findings = append(findings, Finding{damagedCode, "the file is damaged: " + p, mendDamage})
	}
	return findings, nil
}

// checkForeignKeys looks for rows that refer to nothing.
func checkForeignKeys(ctx context.Context, tx *sql.Tx) ([]Finding, error) {
	problems, err := texts(ctx, tx, `SELECT count(*) || ' rows of ' || "table" || ' refer to no ' || parent FROM pragma_foreign_key_check GROUP BY "table", parent`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, p := range problems {
		findings = append(findings, Finding{damagedCode, p, mendDamage})
	}
	return findings, nil
}

// checkReleases looks for releases that are empty or whose counts are wrong.
func checkReleases(ctx context.Context, tx *sql.Tx) ([]Finding, error) {
	releases, err := loadReleases(ctx, tx)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, r := range releases {
		kinds, err := countKinds(ctx, tx, r.id)
		if err != nil {
			return nil, err
		}
		var labels, relations int
		err = tx.QueryRowContext(ctx, `SELECT
			(SELECT count(*) FROM label WHERE concept IN (SELECT id FROM concept WHERE release = ?1)),
			(SELECT count(*) FROM relation WHERE subject IN (SELECT id FROM concept WHERE release = ?1))`, r.id).Scan(&labels, &relations)
		if err != nil {
			return nil, err
		}
		if len(kinds) == 0 {
			findings = append(findings, Finding{"empty-release", fmt.Sprintf("%s has no concepts", r.Ref), fmt.Sprintf("import it again, or remove it: concord schemes remove %s", r.Ref)})
		}
		if !maps.Equal(kinds, r.Concepts) || labels != r.Labels || relations != r.Relations {
			findings = append(findings, Finding{"wrong-counts", fmt.Sprintf("%s does not hold what its import counted", r.Ref), "import it again"})
		}
	}
	pins, err := texts(ctx, tx, "SELECT name || '@' || pinned FROM scheme WHERE pinned IS NOT NULL AND pinned NOT IN (SELECT version FROM release WHERE scheme = name) ORDER BY name")
	if err != nil {
		return nil, err
	}
	for _, p := range pins {
		findings = append(findings, Finding{"pinned-missing", fmt.Sprintf("%s is to be used, but not loaded", p), "import it, or choose another: concord schemes use NAME@VERSION"})
	}
	return findings, nil
}

// countKinds counts the concepts of a release by kind.
func countKinds(ctx context.Context, tx *sql.Tx, release int64) (map[taxonomy.Kind]int, error) {
	rows, err := tx.QueryContext(ctx, "SELECT kind, count(*) FROM concept WHERE release = ? GROUP BY kind", release)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	kinds := make(map[taxonomy.Kind]int)
	for rows.Next() {
		var kind taxonomy.Kind
		var n int
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, err
		}
		kinds[kind] = n
	}
	return kinds, rows.Err()
}

// checkLabels looks for concepts without a preferred label.
func checkLabels(ctx context.Context, tx *sql.Tx) ([]Finding, error) {
	problems, err := texts(ctx, tx, `SELECT count(*) || ' concepts of ' || r.scheme || '@' || r.version || ' have no preferred label, the first ' || min(c.uri)
		FROM concept c JOIN release r ON r.id = c.release
		WHERE NOT EXISTS (SELECT 1 FROM label l WHERE l.concept = c.id AND l.kind = 'prefLabel')
		GROUP BY r.id ORDER BY r.scheme, r.version`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, p := range problems {
		findings = append(findings, Finding{"no-preferred-label", p, "another label is shown; import the file that has their preferred labels, or mend the source"})
	}
	return findings, nil
}

// checkOrigins looks for mapping sets of releases that are gone.
func checkOrigins(ctx context.Context, tx *sql.Tx) ([]Finding, error) {
	problems, err := texts(ctx, tx, `SELECT 'mapping set ' || uri || ' came with ' || origin_scheme || '@' || origin_version || ', which is not loaded' FROM mapping_set
		WHERE origin_scheme <> '' AND (origin_scheme, origin_version) NOT IN (SELECT scheme, version FROM release) ORDER BY uri`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, p := range problems {
		findings = append(findings, Finding{"origin-missing", p, "import that release again"})
	}
	return findings, nil
}

// checkCycles looks for concepts that are broader than themselves.
func checkCycles(ctx context.Context, tx *sql.Tx) ([]Finding, error) {
	releases, err := loadReleases(ctx, tx)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, r := range releases {
		broader, err := loadBroader(ctx, tx, r.id)
		if err != nil {
			return nil, err
		}
		cycle := findCycle(broader)
		if len(cycle) == 0 {
			continue
		}
		uris := make([]string, len(cycle))
		for i, id := range cycle {
			if err := tx.QueryRowContext(ctx, "SELECT uri FROM concept WHERE id = ?", id).Scan(&uris[i]); err != nil {
				return nil, err
			}
		}
		findings = append(findings, Finding{"broader-cycle",
			fmt.Sprintf("%s has a circle of broader concepts: %s", r.Ref, strings.Join(uris, " < ")), "mend the source and import it again"})
	}
	return findings, nil
}

// An edge leads from a concept to a broader one, by ids.
type edge struct{ from, to int64 }

// loadBroader returns the broader relations of a release by subject and object.
func loadBroader(ctx context.Context, tx *sql.Tx, release int64) ([]edge, error) {
	rows, err := tx.QueryContext(ctx, `SELECT subject, object FROM relation
		WHERE predicate = ? AND subject IN (SELECT id FROM concept WHERE release = ?) ORDER BY subject, object`, string(taxonomy.Broader), release)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var edges []edge
	for rows.Next() {
		var e edge
		if err := rows.Scan(&e.from, &e.to); err != nil {
			return nil, err
		}
		edges = append(edges, e)
	}
	return edges, rows.Err()
}

// findCycle returns the nodes of one cycle in order, its first node again at
// the end, or nothing. The same edges give the same cycle.
func findCycle(edges []edge) []int64 {
	next := make(map[int64][]int64)
	incoming := make(map[int64][]int64) // nodes that lead here
	open := make(map[int64]int)         // edges out of a node that may be on a cycle
	for _, e := range edges {
		incoming[e.to] = append(incoming[e.to], e.from)
		next[e.from] = append(next[e.from], e.to)
		open[e.from]++
	}
	// Peel off nodes that lead nowhere, until only those are left that lead
	// into a cycle.
	var dead []int64
	for to := range incoming {
		if open[to] == 0 {
			dead = append(dead, to)
		}
	}
	for len(dead) > 0 {
		n := dead[len(dead)-1]
		dead = dead[:len(dead)-1]
		for _, from := range incoming[n] {
			if open[from]--; open[from] == 0 {
				dead = append(dead, from)
			}
		}
	}
	for _, e := range edges {
		if open[e.from] == 0 {
			continue
		}
		var path []int64
		at := make(map[int64]int) // position in path
		for n := e.from; ; {
			if i, ok := at[n]; ok {
				return append(path[i:], n)
			}
			at[n] = len(path)
			path = append(path, n)
			for _, to := range next[n] {
				if open[to] > 0 {
					n = to
					break
				}
			}
		}
	}
	return nil
}

// texts returns the one column of a query.
func texts(ctx context.Context, tx *sql.Tx, query string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
