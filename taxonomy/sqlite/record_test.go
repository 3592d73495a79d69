package sqlite_test

import (
	"errors"
	"testing"

	"concord/taxonomy"
)

func TestRecords(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	before, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		s.AddRecord(ctx, "key", "b", []byte("1")), s.PutRecord(ctx, "key", "a", []byte("2")), s.PutRecord(ctx, "key", "b", []byte("3")), s.PutRecord(ctx, "job", "a", []byte{0, 255}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddRecord(ctx, "key", "b", nil); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("adding what is there: %v", err)
	}
	var got string
	for r, err := range s.Records(ctx, "key") {
		if err != nil {
			t.Fatal(err)
		}
		got += r.ID + string(r.Value) + " "
	}
	if got != "a2 b3 " {
		t.Errorf("records: %q", got)
	}
	if v, err := s.Record(ctx, "job", "a"); err != nil || string(v) != "\x00\xff" {
		t.Errorf("job a: %q, %v", v, err)
	}
	if err := s.DeleteRecord(ctx, "key", "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteRecord(ctx, "key", "a"); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("deleting it again: %v", err)
	}
	if _, err := s.Record(ctx, "key", "a"); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("reading it again: %v", err)
	}
	if after, err := s.Revision(ctx); err != nil || after != before {
		t.Errorf("records changed the revision: %s, %s, %v", before, after, err)
	}
}
