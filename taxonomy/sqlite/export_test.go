package sqlite

import "time"

// OpenSmall opens a store that waits for busy at most, and that keeps so
// little in memory that an import's rows go to the file's log at once.
func OpenSmall(path string, busy time.Duration) (*Store, error) {
	return open(path, busy, 64)
}
