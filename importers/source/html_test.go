package source

import (
	"strings"
	"testing"
)

func TestPlainText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain  text\n\nkept", "plain  text\n\nkept"},
		{"knots &amp; gauges", "knots & gauges"},
		{"pH < 7 and > 2", "pH < 7 and > 2"},
		{"<p>One.</p><p> Two.<br/>Three.</p>", "One.\nTwo.\nThree."},
		{`<div xmlns="http://www.w3.org/1999/xhtml">Excludes: <a href="x">making</a> nets</div>`, "Excludes: making nets"},
		{"<ul><li>a<li>b</ul>", "a\nb"},
		{"a<script>alert('x')</script><style>p{}</style>b", "ab"},
		{"a <!-- no --> b", "a  b"},
		{"caf&eacute; &#x1F3A3;", "café 🎣"},
		{"<b", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := PlainText(tt.in); got != tt.want {
			t.Errorf("PlainText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	for _, s := range []string{"<p>x</p>", "a<b", "&amp;lt;", "<script>", "<svg><![CDATA[x]]>", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := PlainText(s)
		if !strings.ContainsAny(s, "<&") {
			if got != s {
				t.Errorf("PlainText(%q) = %q", s, got)
			}
			return
		}
		if strings.Contains(got, "\n\n") || got != strings.TrimSpace(got) {
			t.Errorf("PlainText(%q) = %q, which has blank lines or edges", s, got)
		}
	})
}
