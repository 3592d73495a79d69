package index

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"concord/taxonomy"
)

// tokenString writes tokens as "surface=term", stop words in brackets.
func tokenString(text string, tokens []Token) string {
	var parts []string
	for _, t := range tokens {
		s := text[t.Start:t.End]
		if s != t.Term {
			s += "=" + t.Term
		}
		if t.Stop {
			s = "[" + s + "]"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestAnalyze(t *testing.T) {
	for _, tt := range []struct {
		lang       taxonomy.Lang
		text, want string
	}{
		{"en", "", ""},
		{"en", "Writes the reports.", "Writes=write [the] reports=report"},
		{"en-gb", "writing", "writing=write"},
		{"", "Writes the reports.", "Writes=writes the reports"},
		{"xx", "Die Häuser", "Die=die Häuser=hauser"},
		// Names with signs.
		{"en", "C++, C# and (.NET) or ASP.NET", "C++=c++ C#=c# [and] .NET=.net [or] ASP.NET=asp.net"},
		{"en", "node.js, NodeJS, dotnet", "node.js NodeJS=node.js dotnet=.net"},
		{"en", "R&D, R & D, O*NET, GD&T", "R&D=r&d R & D=r&d O*NET=onet GD&T=gd&t"},
		{"en", "CI/CD 24/7 ISO 9001 3D 3-D html5", "CI=ci CD=cd 24 7 ISO=iso 9001 3D=3d 3-D=3d html5"},
		{"en", "version 4.6.0, 1.5 or so. End.Start", "version 4.6.0 1.5 [or] [so] End=end Start=start"},
		{"en", "U.S. law, e.g. t.b.m.", "U.S=us law [e.g=eg] t.b.m=tbm"},
		{"en", "5+ years, A+ grade, sales+marketing, issue #7", "5 years=year A+=a+ grade sales=sale marketing=market issue=issu 7"},
		{"en", "IT support for it", "IT=it support [for] [it]"},
		// Hyphens and apostrophes.
		{"en", "e-mail pre-school health-care follow-up", "e-mail=email pre-school=preschool health care follow up"},
		{"en", "healthcare", "health care"},
		{"en", "a bachelor’s degree, don't, teachers' rights", "[a] bachelor’s=bachelor degree=degre [don't=dont] teachers=teacher rights=right"},
		{"fr", "l'analyse d’équipe, aujourd'hui", "analyse=analys équipe=equip aujourd'hui=aujourdhui"},
		{"it", "dell'analisi", "analisi=analis"},
		{"uk", "комп’ютер", "комп’ютер=компютер"},
		// Folding.
		{"en", "résumé RÉSUMÉ re\u0301sume\u0301", "résumé=resum RÉSUMÉ=resum re\u0301sume\u0301=resum"},
		{"", "ﬁnance Ｃａｆé so\u00adft\u200bware straße", "ﬁnance=finance Ｃａｆé=cafe so\u00adft\u200bware=software straße=strasse"},
		{"el", "Διαχείριση έργων", "Διαχείριση=διαχειρισ έργων=εργ"},
		{"bg", "управлението", "управлението=управлен"},
		{"", "数据分析 ok", "数 据 分 析 ok"},
		{"en", "\xff\xfe broken \xc3", "broken"},
	} {
		if diff := cmp.Diff(tt.want, tokenString(tt.text, Analyze(tt.lang, tt.text))); diff != "" {
			t.Errorf("Analyze(%q, %q) (-want +got):\n%s", tt.lang, tt.text, diff)
		}
	}
}

func keyOf(lang taxonomy.Lang, text string) string {
	return strings.ReplaceAll(wholeKey(Analyze(lang, text)), keySeparator, " ")
}

// TestSameTerm lists what must meet, separated by bars, and what must not.
func TestSameTerm(t *testing.T) {
	for lang, groups := range map[taxonomy.Lang][]string{
		"en": {
			"organise|organize|organising|organized|organisation|organizations", "analyse|analyze|analysing|analysis|analyses",
			"behaviour|behavior|behaviours", "behavioural|behavioral", "programme|program|programmes", "modelling|modeling|model",
			"centre|center|centres", "licence|license|licences|licensing", "practise|practice|practising", "catalogue|catalog", "fibre|fiber",
			"paediatric|pediatric", "labelling|labeling", "enquiries|inquiries", "judgement|judgment", "counselling|counseling", "tyre|tire",
			"e-mail|email", "co-ordinate|coordinate", "health care|healthcare|health-care", "résumé|resume", "the report|report|reports", "teach|taught|teaching",
			"supervise|supervising|supervised", "mould|mold", "fulfil|fulfill", "aluminium|aluminum", "colour|color",
		},
		"fr": {"l'analyse|analyse|analyses", "enseigner|enseigné", "école|ecole"},
		"de": {"Schule|Schulen", "prüfen|prüfe", "Straße|Strasse"},
		"es": {"gestión|gestion", "profesores|profesor"},
		"it": {"l'insegnante|insegnante|insegnanti"},
		"pl": {"zarządzanie|zarządzania", "nauczyciel|nauczyciela|nauczycieli"},
		"cs": {"řízení|řízením", "učitel|učitele|učitelů"},
		"sk": {"učiteľ|učiteľa|učiteľov"},
		"sl": {"učitelj|učitelja|učiteljev"},
		"hr": {"učitelj|učitelja"},
		"bg": {"учител|учителят|учители", "управление|управлението"},
		"uk": {"навчання|навчанням", "вчитель|вчителя"},
		"el": {"δάσκαλος|δασκάλου|δάσκαλοι"},
		"lt": {"mokytojas|mokytojo|mokytojai"},
		"lv": {"skolotājs|skolotāja|skolotāji"},
		"et": {"õpetaja|õpetajad|õpetajate"},
		"is": {"kennari|kennarar|kennara"},
		"ru": {"учитель|учителя", "отчёт|отчет"},
		"ar": {"المعلم|معلم"},
		"sv": {"lärare|läraren"},
		"mt": {"għalliem|ghalliem"},
	} {
		for _, group := range groups {
			words := strings.Split(group, "|")
			for _, w := range words[1:] {
				if a, b := keyOf(lang, words[0]), keyOf(lang, w); a != b {
					t.Errorf("%s: %q is %q and %q is %q, want the same", lang, words[0], a, w, b)
				}
			}
		}
	}
	for _, pair := range []string{"organ|organise", "c|c++", "c#|c++", "java|javascript", "net|.net", "university|universe nursing"} {
		a, b, _ := strings.Cut(pair, "|")
		if keyOf("en", a) == keyOf("en", b) {
			t.Errorf("%q and %q are both %q", a, b, keyOf("en", a))
		}
	}
}

// escoLanguages are the languages of ESCO.
var escoLanguages = strings.Fields("ar bg cs da de el en es et fi fr ga hr hu is it lt lv mt nl no pl pt ro sk sl sv uk")

func TestLanguages(t *testing.T) {
	for _, lang := range escoLanguages {
		l := languageOf(taxonomy.Lang(lang))
		if l.tag != lang {
			t.Errorf("%s is analysed as %q", lang, l.tag)
		}
		if len(l.stop) < 20 {
			t.Errorf("%s has %d stop words", lang, len(l.stop))
		}
		if got, want := Stemmed(taxonomy.Lang(lang)), lang != "mt"; got != want {
			t.Errorf("Stemmed(%s) = %v, want %v", lang, got, want)
		}
	}
	if Stemmed("") || Stemmed("tlh") {
		t.Error("an unknown language is stemmed")
	}
	if languageOf("nb") != languageOf("no") || languageOf("pt-br").tag != "pt" {
		t.Error("subtags and Norwegian variants are languages of their own")
	}
}

func TestAppendTokensKeepsWhatIsThere(t *testing.T) {
	dst := AppendTokens(nil, "en", "first")
	dst = AppendTokens(dst, "en", "second")
	if got := len(dst); got != 2 || dst[0].Term != "first" || dst[1].Start != 0 {
		t.Errorf("got %v", dst)
	}
}

func TestAnalyzeConcurrently(t *testing.T) {
	text := strings.Repeat("Organise cultural events, analyse data and write reports. ", 50)
	want := tokenString(text, Analyze("en", text))
	german := tokenString(text, Analyze("de", text))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if tokenString(text, Analyze("en", text)) != want || tokenString(text, Analyze("de", text)) != german {
					t.Error("the same text gave other tokens")
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzAnalyze(f *testing.F) {
	for i, s := range []string{"C++ & .NET", "l'été", "R & D", "U.S.A.", "e-mail", "don’t", "İstanbul ŞIK", "4.6.0.", "\xff'a", "a\u0301\u0302 \u0301", "ال'", strings.Repeat("ſ", 80)} {
		f.Add(i, s)
	}
	langs := append([]string{""}, escoLanguages...)
	f.Fuzz(func(t *testing.T, i int, text string) {
		lang := taxonomy.Lang(langs[uint(i)%uint(len(langs))])
		tokens := Analyze(lang, text)
		end := 0
		for _, tok := range tokens {
			if tok.Start < end || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %+v after byte %d of %d", tok, end, len(text))
			}
			end = tok.End
			if tok.Term == "" || !utf8.ValidString(tok.Term) || !norm.NFC.IsNormalString(tok.Term) || strings.ContainsAny(tok.Term, " \n\t"+keySeparator) {
				t.Fatalf("term %q of %q", tok.Term, text[tok.Start:tok.End])
			}
		}
		for _, w := range foldWords(text, tokens) {
			if strings.ContainsAny(w, " \n\t") {
				t.Fatalf("folded word %q", w)
			}
		}
	})
}
