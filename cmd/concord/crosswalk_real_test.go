package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRealCrosswalks reads the crosswalks that EURES countries publish and
// counts the rows that state a relation.
func TestRealCrosswalks(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many real files one after another, many times as long with the race detector")
	}
	const dir = "../../../shared/data/crosswalks/eures"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no EURES crosswalks at ../shared/data/crosswalks/eures")
	}
	rows, sets, err := readCrosswalks([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, s := range sets {
		got[s] = 0
	}
	for _, r := range rows {
		got[r.Set]++
	}
	want := map[string]int{
		"AT_mapping.csv": 6569, "CZ_mapping_25.11.2022.csv": 3842, "DK_mapping_10.11.2021.csv": 4112, "EE_mapping_07.10.2021.csv": 4008,
		"ES_mapping_31.07.2021.csv": 4242, "FR_20230104_mapping_esco_rome.csv": 11118, "LT_mapping_table_updated_20240222.csv": 6823,
		"LV_mapping_30.03.2021.csv": 6292, "PL_mapping_31.10.2020.csv": 4696, "PT_mapping_20.08.2021.csv": 3388,
		"SE NSC ESCO 109 mapping table 2023-11-30.csv": 19024, "SE_mapping Occupations v1.1.1.csv": 5524, "SK_mapping_05.05.2022.csv": 5323,
		"escocompetencemappingfinalreport-fr-nl-45-v3.8.csv": 11183,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
}
