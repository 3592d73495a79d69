package alignment

import (
	"testing"

	"concord/taxonomy"
)

func TestCompareLabels(t *testing.T) {
	left, right, none := Specificity{Narrower: Left}, Specificity{Narrower: Right}, Specificity{}
	for _, tt := range []struct {
		lang        taxonomy.Lang
		left, right string
		want        Specificity
	}{
		{"en", "school bus driver", "bus drivers", left},
		{"en", "bus drivers", "school bus driver", right},
		{"en", "bus driver", "drivers of buses", none},
		{"en", "bus driver", "tram driver", none},
		{"en", "", "tram driver", none},
		{"en", "of the", "tram driver", none},
		// Both gender forms are one word.
		{"cs", "zahradní technik/zahradní technička", "technik", left},
		{"cs", "technik/technička", "technik", none},
		{"de", "Verkäufer/in", "Verkäufer/Verkäuferin", none},
		{"de", "Käseverkäufer/in", "Verkäufer/Verkäuferin", left},
		{"de", "Verkäufer/-in Käse", "Verkäufer:in", left},
		{"de", "Kaufmann/Kauffrau", "Kaufmann", none},
		{"de", "Kaufmann/Kauffrau im Gartenbau", "Kauffrau", left},
		{"fr", "Berger / Bergère de montagne", "berger/bergère", left},
		{"fr", "Berger / Bergère", "berger", none},
		{"es", "médico/a", "médico", none},
		{"es", "jardinero de rosas/jardinera de rosas", "JARDINEROS", left},
		{"pt", "Soprador de garrafas/Sopradora de garrafas", "Soprador", left},
		// Closed compounds end in what they are.
		{"sv", "båtsnickare", "snickare", left},
		{"da", "Gartner", "rosengartner", right},
		{"et", "sibulakasvataja", "kasvataja", left},
		{"fi", "tulppaaninviljelijä", "viljelijä", left},
		// Brackets are synonyms as often as restrictions.
		{"pl", "Ogrodnik (róże)", "ogrodnik", none},
		{"pl", "(róże)", "róże górskie", right},
		// Plurals and cases.
		{"lt", "kalnų sodininkas", "Sodininkai", left},
		{"lv", "kalnu dārznieks", "DĀRZNIEKS", left},
		{"pl", "malarz obrazów górskich", "malarz obrazu", left},
		{"it", "potatore di ulivi", "potatori", left},
		{"nl", "bloemen schikken", "schikken", left},
		{"hu", "kerti fotós", "fotós", left},
		// Lists add things.
		{"en", "weavers and knitters", "weaver", Specificity{Left, true}},
		{"en", "weavers and knitters", "knitter", none},
		{"en", "stall keeper, herbs and spices", "stall keeper", Specificity{Left, true}},
		{"en", "wood and metal workers", "metal worker", none},
		{"pt", "Jardineiro de rosas e de tulipas", "Jardineiro", Specificity{Left, true}},
		// The rest is not less.
		{"en", "other gardeners", "gardener", none},
		{"sv", "Snickare m.fl.", "snickare", none},
		{"pl", "Pozostali ogrodnicy", "ogrodnik", none},
		// A language nobody knows is compared by plain words.
		{"", "gardener of roses", "gardener", left},
		{"xx", "gardener roses", "gardener", left},
	} {
		if got := CompareLabels(tt.lang, tt.left, tt.right); got != tt.want {
			t.Errorf("%s: %q, %q: %+v, want %+v", tt.lang, tt.left, tt.right, got, tt.want)
		}
		back := tt.want
		if back.Narrower != None {
			back.Narrower = Left + Right - back.Narrower
		}
		if got := CompareLabels(tt.lang, tt.right, tt.left); got != back {
			t.Errorf("%s: %q, %q: %+v, want %+v", tt.lang, tt.right, tt.left, got, back)
		}
	}
}
