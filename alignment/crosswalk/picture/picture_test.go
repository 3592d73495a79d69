package picture

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"
)

// contrast is WCAG 2.2's contrast ratio of two colours.
func contrast(a, b string) float64 {
	luminance := func(c string) float64 {
		n, _ := strconv.ParseUint(c[1:], 16, 32)
		sum := 0.0
		for i, w := range []float64{.2126, .7152, .0722} {
			v := float64(n>>(16-8*i)&255) / 255
			if v <= .04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+.055)/1.055, 2.4)
			}
			sum += w * v
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func TestContrast(t *testing.T) {
	if c := contrast("#000000", "#ffffff"); math.Abs(c-21) > .01 {
		t.Fatalf("black on white is %.2f", c)
	}
	for name, th := range map[string]theme{"light": light, "dark": dark} {
		least := func(what, a, b string, want float64) {
			if c := contrast(a, b); c < want {
				t.Errorf("%s: %s %s on %s has %.2f, want %.1f", name, what, a, b, c, want)
			}
		}
		least("text", th.ink, th.ground, 4.5)
		least("soft text", th.soft, th.ground, 4.5)
		for _, p := range th.ramp {
			least("value", p.ink, p.fill, 4.5)
		}
		for _, c := range th.parts[:7] { // the last is nothing, and looks it
			least("part", c, th.ground, 3)
		}
		for _, c := range th.nodes {
			least("node", c, th.ground, 3)
		}
	}
	if len(light.ramp) != len(dark.ramp) || len(light.parts) != len(Parts) || len(dark.parts) != len(Parts) || len(light.nodes) != len(dark.nodes) {
		t.Error("the themes differ in size")
	}
}

func TestStep(t *testing.T) {
	for _, c := range [][3]int{{0, 100, 0}, {1, 100, 1}, {100, 100, 7}, {10, 100, 4}, {1, 1, 7}, {5, 0, 0}} {
		if got := step(c[0], c[1]); got != c[2] {
			t.Errorf("step(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestClip(t *testing.T) {
	for _, s := range []string{"", "short", strings.Repeat("long words ", 30), strings.Repeat("漢字", 40), "MMMMMMMMMMMMMMMMMMMMMMMMM"} {
		got := Clip(s, 120, 12)
		if Width(got, 12) > 120+12 || s == "short" && got != s {
			t.Errorf("Clip(%q) = %q, %d pixels", s, got, Width(got, 12))
		}
	}
}

func TestFigures(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{{0, 0, "–"}, {0, 9, "0 %"}, {1, 1000, "< 1 %"}, {999, 1000, "> 99 %"}, {1, 3, "33 %"}, {7, 7, "100 %"}} {
		if got := Percent(c.part, c.whole); got != c.want {
			t.Errorf("Percent(%d, %d) = %q, want %q", c.part, c.whole, got, c.want)
		}
	}
	if got := Number(1234567); got != "1,234,567" {
		t.Error(got)
	}
}

// box is what the tests read of a drawing.
type box struct {
	Class         string  `xml:"class,attr"`
	X             float64 `xml:"x,attr"`
	Y             float64 `xml:"y,attr"`
	Width, Height float64
}

// rects returns the rectangles of a picture and its texts.
func parse(t *testing.T, p *SVG) (rects []box, texts []string, hrefs []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(p.Bytes())))
	for {
		tok, err := d.Token()
		if tok == nil {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range start.Attr {
			attr[a.Name.Local] = a.Value
		}
		num := func(name string) float64 { v, _ := strconv.ParseFloat(attr[name], 64); return v }
		switch start.Name.Local {
		case "rect":
			rects = append(rects, box{attr["class"], num("x"), num("y"), num("width"), num("height")})
		case "a":
			hrefs = append(hrefs, attr["href"])
		case "text":
			size := int(num("font-size"))
			var s struct {
				Text string `xml:",chardata"`
			}
			if err := d.DecodeElement(&s, &start); err != nil {
				t.Fatal(err)
			}
			texts = append(texts, s.Text)
			if w := Width(s.Text, size); float64(w) > float64(p.Width) {
				t.Errorf("text %q is %d wide in a picture of %d", s.Text, w, p.Width)
			}
		}
	}
}

func TestHeatMap(t *testing.T) {
	long := strings.Repeat("Ünerhört long name ", 20) + `<script>"`
	h := &HeatMap{About: About{ID: "x", Title: "T & <T>", Desc: "D"}, RowsAre: "rows", ColsAre: "cols",
		Rows: []Label{{Text: long}, {Text: "b"}}, Cols: []Label{{Text: long}, {Text: "d"}}, Values: [][]int{{1000, 0}, {0, 1}},
		Href: func(r, c int) string { return "page-" + strconv.Itoa(r) + strconv.Itoa(c) + ".html?a=1&b=2" }}
	p := h.SVG()
	rects, texts, hrefs := parse(t, p)
	for _, r := range rects {
		if r.X < 0 || r.Y < 0 || r.X+r.Width > float64(p.Width) || r.Y+r.Height > float64(p.Height) {
			t.Errorf("%+v is outside %d × %d", r, p.Width, p.Height)
		}
	}
	if all := strings.Join(texts, "|"); !strings.Contains(all, "1,000") || !strings.Contains(all, "1,001") || strings.Contains(all, long) {
		t.Errorf("texts: %s", all)
	}
	if strings.Join(hrefs, " ") != "page-00.html?a=1&b=2 page-11.html?a=1&b=2" {
		t.Errorf("links: %q", hrefs) // a cell of 0 has none
	}
	if s := string(p.HTML()); !strings.Contains(s, `role="group"`) || strings.Contains(s, "<script>") || !strings.Contains(s, "<title id=\"x-t\">T &amp; &lt;T&gt;</title>") {
		t.Error("role, title or escaping")
	}
	h.Href = nil
	if s := string(h.SVG().HTML()); !strings.Contains(s, `role="img"`) {
		t.Error("a picture without links is an image")
	}
	table, err := h.Table()
	if err != nil || strings.Count(string(table), "<td>") != 5 || strings.Contains(string(table), "<script>") {
		t.Errorf("table: %v\n%s", err, table)
	}
}

func TestFlow(t *testing.T) {
	f := &Flow{About: About{ID: "f", Title: "F"}, Left: []Label{{Text: "a"}, {Text: "b"}}, Right: []Label{{Text: "x"}, {Text: "y"}},
		Links: []Link{{From: 0, To: 1, Value: 30}, {From: 1, To: 0, Value: 10}}}
	p := f.SVG()
	rects, _, _ := parse(t, p)
	var nodes []box
	for _, r := range rects {
		if r.Width == flowNode {
			nodes = append(nodes, r)
		}
	}
	// a has three times what b has, and y, which a runs to, is put above x.
	if len(nodes) != 4 || nodes[0].Height != 330 || nodes[1].Height != 110 || nodes[3].Y >= nodes[2].Y {
		t.Errorf("nodes: %+v", nodes)
	}
	for _, n := range nodes {
		if n.Y+n.Height > float64(p.Height) {
			t.Errorf("%+v is below %d", n, p.Height)
		}
	}
	if table, err := f.Table(); err != nil || strings.Count(string(table), "<tr>") != 3 {
		t.Errorf("table: %v\n%s", err, table)
	}
}

func TestBars(t *testing.T) {
	b := &Bars{About: About{ID: "b", Title: "B"}, List: []Bar{{Label{Text: "g"}, [8]int{1, 0, 0, 0, 0, 0, 1, 2}}, {Label: Label{Text: "nothing"}}}}
	rects, texts, _ := parse(t, b.SVG())
	width := 0.0
	for _, r := range rects {
		if r.Height == 16 {
			width += r.Width
		}
	}
	if width != barWidth || !strings.Contains(strings.Join(texts, "|"), "25 % · 1 of 4") || strings.Contains(strings.Join(texts, "|"), "broader") {
		t.Errorf("bars are %v wide; %q", width, texts)
	}
	if table, err := b.Table(); err != nil || !strings.Contains(string(table), "<td>25 %</td>") {
		t.Errorf("table: %v\n%s", err, table)
	}
}

// TestStar: every neighbour has a box of its own that no other touches, inside
// the picture, and the same star gives the same bytes.
func TestStar(t *testing.T) {
	arm := func(title string, n int, more string) Arm {
		a := Arm{Title: title, More: more}
		for i := range n {
			a.Nodes = append(a.Nodes, Label{Text: title + strings.Repeat(" <long> & name", i), Href: "/x?a=1&b=" + strconv.Itoa(i)})
		}
		return a
	}
	for _, tt := range []struct{ above, left, right, below int }{{1, 2, 3, 4}, {0, 0, 0, 0}, {3, 6, 0, 0}, {0, 0, 6, 5}, {3, 6, 6, 5}} {
		more := ""
		if tt.left > 2 {
			more = "and 12 more"
		}
		s := &Star{About: About{ID: "s", Title: "Around <b>", Desc: "d"}, Centre: `a "centre" & more`,
			Above: arm("above", tt.above, more), Left: arm("left", tt.left, more), Right: arm("right", tt.right, ""), Below: arm("below", tt.below, "")}
		p := s.SVG()
		rects, texts, hrefs := parse(t, p)
		n := tt.above + tt.left + tt.right + tt.below
		if len(rects) != n+2 || len(hrefs) != n { // the ground, the centre
			t.Errorf("%+v: %d boxes, %d links", tt, len(rects), len(hrefs))
		}
		if texts[len(texts)-1] == "" || !strings.Contains(strings.Join(texts, "\n"), `a "centre" & more`) {
			t.Errorf("%+v: texts %q", tt, texts)
		}
		for i, a := range rects[1:] {
			if a.X < 0 || a.Y < 0 || a.X+a.Width > float64(p.Width) || a.Y+a.Height > float64(p.Height) {
				t.Errorf("%+v: box %d is outside", tt, i)
			}
			for j, b := range rects[1 : i+1] {
				if a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height {
					t.Errorf("%+v: boxes %d and %d overlap", tt, i, j)
				}
			}
		}
		if string(p.Bytes()) != string(s.SVG().Bytes()) {
			t.Error("two pictures of one star")
		}
	}
}

func TestCurve(t *testing.T) {
	c := &Curve{About: About{ID: "c", Title: "t", Desc: "d"}, X: "from", Series: []Series{{"right & shown", [][2]float64{{0, 0}, {.5, .25}, {1, 1}}}, {"<kept>", [][2]float64{{0, 1}, {1, .1}}}}}
	p := c.SVG()
	_, texts, _ := parse(t, p)
	all := strings.Join(texts, "\n")
	for _, want := range []string{"right & shown", "<kept>", "from", "100 %"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %q", want, all)
		}
	}
	if svg := string(p.Bytes()); !strings.Contains(svg, `d="M56.0 254.0L296.0 194.0L536.0 14.0"`) || !strings.Contains(svg, `class="c1" d="M56.0 14.0L536.0 230.0" stroke-dasharray`) {
		t.Errorf("the lines: %s", svg[strings.Index(svg, `class="c0"`):])
	}
	table, err := c.Table()
	if err != nil || !strings.Contains(string(table), `<th scope="row" class="num">50 %</th><td class="num">25 %</td><td class="num">10 %</td>`) || !strings.Contains(string(table), "–") {
		t.Errorf("%v: %s", err, table)
	}
}
