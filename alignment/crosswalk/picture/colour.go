package picture

import (
	"fmt"
	"math"
	"strings"
)

// A paint is a colour of a surface and of the text on it.
type paint struct{ fill, ink string }

// A theme is the colours of a picture on one ground.
type theme struct {
	ground, ink, soft, line string
	ramp                    []paint  // of a heat map, from least to most
	parts                   []string // of a bar, in the order of Parts
	nodes                   []string // of a flow diagram
}

// The two themes. Tests hold the contrast of text at 4.5 and of marks at 3,
// as WCAG 2.2 asks (1.4.3, 1.4.11).
var light = theme{
	ground: "#ffffff", ink: "#1d2530", soft: "#55606e", line: "#d5dae0",
	ramp: []paint{{"#f4f6f8", "#55606e"}, {"#e3eef7", "#1d2530"}, {"#c9dff0", "#1d2530"}, {"#a5c9e5", "#1d2530"},
		{"#78acd3", "#10202e"}, {"#2f76ab", "#ffffff"}, {"#1f5f8b", "#ffffff"}, {"#123f61", "#ffffff"}},
	parts: []string{"#123f61", "#2f76ab", "#2b7f6b", "#8a5a14", "#7d4f94", "#6b7480", "#a33b3b", "#e6e9ed"},
	nodes: []string{"#1f5f8b", "#2b7f6b", "#8a5a14", "#7d4f94", "#a33b3b", "#4d6b1f", "#3f51a3", "#8c3f6d", "#2a7285", "#6b5f4a"},
}

var dark = theme{
	ground: "#14181d", ink: "#e6ebf1", soft: "#a4afbb", line: "#3a434d",
	ramp: []paint{{"#1b2026", "#a4afbb"}, {"#1d2c3a", "#e6ebf1"}, {"#22394f", "#e6ebf1"}, {"#284b6a", "#e6ebf1"},
		{"#2f5f88", "#ffffff"}, {"#5f9ecf", "#08121a"}, {"#8cbfe4", "#08121a"}, {"#c0e0f6", "#08121a"}},
	parts: []string{"#c0e0f6", "#5f9ecf", "#5cbfa5", "#d9a452", "#c398da", "#98a3af", "#e08585", "#2a313a"},
	nodes: []string{"#7fb5de", "#5cbfa5", "#d9a452", "#c398da", "#e08585", "#a3c465", "#94a2ea", "#dd8fbd", "#6fbfd1", "#c2b495"},
}

// Style is the style sheet of every picture.
var Style = func() string {
	var b strings.Builder
	b.WriteString(`.cx{color-scheme:light dark;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;max-width:none}`)
	b.WriteString(`.cx .h{font-weight:600}.cx a{cursor:pointer}.cx a:focus-visible rect,.cx a:focus-visible path{stroke-width:2}.cx a:hover text{text-decoration:underline}.cx .k{opacity:.45}.cx g:hover>.k{opacity:.8}`)
	write := func(t theme) {
		fmt.Fprintf(&b, `.cx .bg{fill:%s}.cx text{fill:%s}.cx .s{fill:%s}.cx .l{stroke:%s;fill:none}.cx .e{stroke:%s;stroke-width:1}.cx a:focus-visible rect,.cx a:focus-visible path{stroke:%s}`, t.ground, t.ink, t.soft, t.line, t.ground, t.ink)
		for i, p := range t.ramp {
			fmt.Fprintf(&b, `.cx .q%d{fill:%s}.cx text.q%d{fill:%s}`, i, p.fill, i, p.ink)
		}
		for i, c := range t.parts {
			fmt.Fprintf(&b, `.cx .p%d{fill:%s}`, i, c)
		}
		for i, c := range t.nodes {
			fmt.Fprintf(&b, `.cx .n%d{fill:%s}.cx .c%d{stroke:%s;stroke-width:2.5;fill:none}`, i, c, i, c)
		}
	}
	write(light)
	b.WriteString("@media screen and (prefers-color-scheme:dark){")
	write(dark)
	b.WriteString("}")
	return b.String()
}()

// step is where v is on the ramp: 0 for nothing, else by its logarithm, so
// that a few large numbers do not make all others look alike.
func step(v, most int) int {
	last := len(light.ramp) - 1
	if v <= 0 || most <= 0 {
		return 0
	}
	if most == 1 {
		return last
	}
	return min(last, 1+int(math.Log(float64(v))/math.Log(float64(most))*float64(last-1)+1e-9))
}
