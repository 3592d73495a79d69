package web_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"concord/data"
)

// TestThresholds holds the page's figures against those of the ranker that ships.
func TestThresholds(t *testing.T) {
	s := newSite(t, nil)
	var ranker struct {
		Reliability []struct {
			Mean         float64
			Shown, Right int
		}
	}
	if err := json.Unmarshal(data.Ranker, &ranker); err != nil {
		t.Fatal(err)
	}
	var view struct {
		Thresholds []struct {
			From, Precision, Kept float64
			Shown                 int
		}
	}
	s.ask("GET", "/quality.json", "").into(t, &view)
	n := len(ranker.Reliability)
	if n < 5 || len(view.Thresholds) != n {
		t.Fatalf("%d of %d", len(view.Thresholds), n)
	}
	last, two, all := ranker.Reliability[n-1], view.Thresholds[n-2], 0
	for _, h := range ranker.Reliability {
		all += h.Right
	}
	both := ranker.Reliability[n-2].Right + last.Right
	if two.Shown != ranker.Reliability[n-2].Shown+last.Shown || math.Abs(two.Precision-float64(both)/float64(two.Shown)) > 1e-9 || math.Abs(two.Kept-float64(both)/float64(all)) > 1e-9 {
		t.Errorf("from the last but one on: %+v", two)
	}
	if first := view.Thresholds[0]; first.Kept != 1 {
		t.Errorf("from the first on %.2f are kept", first.Kept)
	}
	if page := s.ask("GET", "/quality", ""); !strings.Contains(page.body, `id="threshold-t"`) {
		t.Error("no picture of thresholds")
	}
}
