package importers

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"concord/importers/source"
	"concord/taxonomy"
)

// netTables are tables of a small O*NET, as the Excel edition has them: with
// Title, Element Name and Scale Name columns, numbers as numbers, blanks for null.
var netTables = map[string][][]any{
	"Occupation Data": {{"O*NET-SOC Code", "Title", "Description"}, {"45-9001.00", "Net Makers", "Make nets."}, {"45-9002.00", "Harbor Clerks", nil}},
	"Alternate Titles": {{"O*NET-SOC Code", "Title", "Alternate Title", "Short Title", "Source(s)"},
		{"45-9001.00", "Net Makers", "Certified Net Hanger (CNH)", "CNH", "08"}, {"45-9001.00", "Net Makers", "Twine Worker", nil, "02,08"}},
	"Job Zones":               {{"O*NET-SOC Code", "Title", "Job Zone", "Date"}, {"45-9001.00", "Net Makers", 2, "08/2023"}},
	"Scales Reference":        {{"Scale ID", "Scale Name", "Minimum", "Maximum"}, {"IM", "Importance", 1, 5}, {"LV", "Level", 0, 7}},
	"Content Model Reference": {{"Element ID", "Element Name", "Description"}, {"2.A", "Basic Skills", "Basics"}, {"2.A.1", "Mathematics", "Counting"}},
	"Skills": {{"O*NET-SOC Code", "Title", "Element ID", "Element Name", "Scale ID", "Scale Name", "Data Value", "Recommend Suppress", "Not Relevant"},
		{"45-9001.00", "Net Makers", "2.A.1", "Mathematics", "IM", "Importance", 4.12, "N", nil},
		{"45-9001.00", "Net Makers", "2.A.1", "Mathematics", "LV", "Level", 4.62, "N", "N"}},
	"Task Statements":  {{"O*NET-SOC Code", "Title", "Task ID", "Task", "Task Type"}, {"45-9001.00", "Net Makers", 20461, "Mend nets.", "Core"}, {"45-9002.00", "Harbor Clerks", 20462, "Keep books.", nil}},
	"UNSPSC Reference": {{"Commodity Code", "Commodity Title", "Class Code", "Class Title"}, {43232202, "Ledger software", 43232200, "Content software"}},
	"Technology Skills": {{"O*NET-SOC Code", "Title", "Example", "Commodity Code", "Commodity Title", "Hot Technology", "In Demand"},
		{"45-9002.00", "Harbor Clerks", "HarborBooks", 43232202, "Ledger software", "Y", "Y"}},
}

// workbook makes an .xlsx file of rows.
func workbook(t testing.TB, rows [][]any) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// textTable makes the text edition's form of rows.
func textTable(rows [][]any) string {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			if cell == nil {
				cell = "n/a"
			}
			fmt.Fprint(&b, cell)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func TestONETExcelEdition(t *testing.T) {
	// No Excel edition was at hand: its columns are those that its documentation names.
	excel, text := map[string]string{}, map[string]string{}
	for name, rows := range netTables {
		excel["db_29_2_excel/"+name+".xlsx"] = workbook(t, rows)
		text["db_29_2_text/"+name+".txt"] = textTable(rows)
	}
	dump := func(name string, files map[string]string) (string, map[string]int) {
		set, err := source.Open([]string{writeZip(t, name, files)})
		if err != nil {
			t.Fatal(err)
		}
		defer set.Close()
		plans, ws, reports, err := importSet(t, set, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(plans) != 1 || plans[0].Release.Ref != (taxonomy.Ref{Scheme: "onet", Version: "29.2"}) {
			t.Fatalf("plans: %v", plans)
		}
		return ws[0].dump(), reports[0].Counts
	}
	want, wantCounts := dump("db_29_2_text.zip", text)
	got, gotCounts := dump("db_29_2_excel.zip", excel)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the editions differ (-text +excel)\n%s", diff)
	}
	if diff := cmp.Diff(wantCounts, gotCounts); diff != "" {
		t.Errorf("problems (-text +excel)\n%s", diff)
	}
	for _, fact := range []string{
		"onet:isRatedFor https://www.onetonline.org/link/summary/45-9001.00 importance=0.7800 level=0.6600",
		`concept https://www.onetonline.org/find/task/20461 task code="20461"`,
		`.jobZone "2"`,
		`"in demand"`,
	} {
		if !strings.Contains(got, fact) {
			t.Errorf("the Excel edition lacks %s", fact)
		}
	}
}

func TestONETBothEditions(t *testing.T) {
	files := map[string]string{}
	for name, rows := range netTables {
		files[name+".xlsx"], files[name+".txt"] = workbook(t, rows), textTable(rows)
	}
	set, err := source.Open([]string{writeZip(t, "db_29_2.zip", files)})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	_, ws, reports, err := importSet(t, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := reports[0].Counts["left-out"]; got != len(netTables) {
		t.Errorf("%d tables left out for being there twice; want %d", got, len(netTables))
	}
	if n := len(ws[0].relations); n != 7 {
		t.Errorf("%d relations; want 7", n)
	}
}

func TestONETClaims(t *testing.T) {
	tests := []struct {
		name, data string
		want       bool
	}{
		{"Skills.txt", "O*NET-SOC Code\tElement ID\tScale ID\tData Value\r\n", true},
		{"Skills.txt", "my skills\nsplicing\nwhipping\n", false},
		{"Skills.xlsx", workbook(t, [][]any{{"O*NET-SOC Code", "Element ID"}}), true},
		{"Skills.xlsx", workbook(t, [][]any{{"Skill", "Level"}}), false},
		{"Skills.xlsx", "not a workbook", false},
		{"Read Me.txt", "O*NET 29.2 Database\n", true},
		{"Read Me.txt", "Installation\n", false},
		{"Occupation Data.csv", "O*NET-SOC Code,Title\n", false},
		{"notes.txt", "a\tb\n", false},
	}
	for _, tt := range tests {
		in := &input{File: source.NewFile(tt.name, []byte(tt.data))}
		in.head, _ = in.Head(headSize)
		if got := claimsONET(in); got != tt.want {
			t.Errorf("claimsONET(%s %.20q) = %t", tt.name, tt.data, got)
		}
	}
}

func TestONETVersion(t *testing.T) {
	for name, want := range map[string]string{
		"db_29_2_text.zip": "29.2", "db_30_0_excel": "30.0", "db_24_2_text": "24.2", "O*NET 28.3 Database": "28.3", "onet-29.2": "29.2",
		"onet_db_27_1.zip": "27.1", "db_text": "", "Occupation Data.txt": "", "mydb_1_2": "", "onetonline": "",
	} {
		if got := onetVersion(name); got != want {
			t.Errorf("onetVersion(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestONETBrokenWorkbook(t *testing.T) {
	good := workbook(t, netTables["Occupation Data"])
	cut := good[:len(good)-40]
	set := &source.Set{Files: []*source.File{source.NewFile("Occupation Data.xlsx", []byte(cut))}}
	_, _, _, err := importSet(t, set, Options{Format: "onet", As: taxonomy.Ref{Scheme: "onet", Version: "1"}})
	if err == nil || !strings.Contains(err.Error(), "Occupation Data.xlsx: cannot be read as an Excel workbook") {
		t.Errorf("error: %v", err)
	}
}

// FuzzONET gives bytes as tables of an O*NET folder.
func FuzzONET(f *testing.F) {
	for name, rows := range netTables {
		f.Add(name, []byte(textTable(rows)), []byte(textTable(netTables["Occupation Data"])), false)
	}
	f.Add("Skills", []byte(workbook(f, netTables["Skills"])), []byte(textTable(netTables["Occupation Data"])), true)
	f.Add("Tools Used", []byte("O*NET-SOC Code\tExample\tCommodity Code\n45-9001.00\t\"\t1\n"), []byte("O*NET-SOC Code\tTitle\n45-9001.00\tx\n"), false)
	f.Fuzz(func(t *testing.T, name string, data, occupations []byte, excel bool) {
		ext := ".txt"
		if excel {
			ext = ".xlsx"
		}
		set := &source.Set{Files: []*source.File{source.NewFile("db_29_2_text/"+name+ext, data), source.NewFile("db_29_2_text/Occupation Data.txt", occupations)}}
		checkFuzzed(t, set, Options{Format: "onet"})
	})
}
