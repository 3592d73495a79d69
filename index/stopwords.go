package index

import (
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/bg"
	"github.com/blevesearch/bleve/v2/analysis/lang/cs"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/el"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/ga"
	"github.com/blevesearch/bleve/v2/analysis/lang/hr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
)

// stopWords returns the normalised stop words of a language: bleve's list
// where it has one that holds function words only, one of ours otherwise.
// Contractions lose their apostrophe (dont), as they do in terms.
func stopWords(tag string) map[string]bool {
	list := make(analysis.TokenMap)
	for w := range strings.FieldsSeq(ownStopWords(tag)) {
		list[w] = true
	}
	// Reading from memory; LoadBytes has no other way to fail.
	if err := list.LoadBytes(bleveStopWords(tag)); err != nil {
		panic("index: reading the stop words of " + tag + ": " + err.Error())
	}
	stop := make(map[string]bool, len(list))
	for w := range list {
		stop[normalise(w)] = true
	}
	return stop
}

func bleveStopWords(tag string) []byte {
	switch tag {
	case "ar":
		return ar.ArabicStopWords
	case "bg":
		return bg.BulgarianStopWords
	case "cs":
		return cs.CzechStopWords
	case "da":
		return da.DanishStopWords
	case "de":
		return de.GermanStopWords
	case "el":
		return el.GreekStopWords
	case "es":
		return es.SpanishStopWords
	case "fi":
		return fi.FinnishStopWords
	case "fr":
		return fr.FrenchStopWords
	case "ga":
		return ga.IrishStopWords
	case "hr":
		return hr.CroatianStopWords
	case "hu":
		return hu.HungarianStopWords
	case "it":
		return it.ItalianStopWords
	case "nl":
		return nl.DutchStopWords
	case "no":
		return no.NorwegianStopWords
	case "pt":
		return pt.PortugueseStopWords
	case "ro":
		return ro.RomanianStopWords
	case "ru":
		return ru.RussianStopWords
	case "sv":
		return sv.SwedishStopWords
	}
	return nil
}

func ownStopWords(tag string) string {
	switch tag {
	case "en":
		return `a an and are as at be been being but by can could did do does eg etc for from had has have he her hers him his
			how i ie if in into is it its itself may me might must my no nor not of on or other our ours shall she should so
			such than that the their theirs them then there these they this those to too us very via was we were what when
			where which while who whom whose why will with within would you your yours also all any each both more most
			using dont cant wont isnt arent doesnt didnt youll youre were weve its thats`
	case "et":
		return `ja ning või kui et on ei oma ka aga see seda selle need nende mis mida kes kelle ta tema nad nende oli olla olema
			ning nii kuid siis juba veel ainult üle alla ilma koos jaoks kaudu vahel`
	case "is":
		return `og að í á af um til með við fyrir er sem ekki það þetta þessi þeir þær þau hann hún en eða frá eftir undir yfir
			eru var voru vera verið hafa hefur svo líka`
	case "lt":
		return `ir arba ar kad su be į iš apie už prie po per nuo iki yra būti buvo ne tai šis ši šie šios jis ji jie jos kuris
			kuri kurie o bet kaip bei pagal dėl`
	case "lv":
		return `un vai kā ka ar bez uz no par pie pēc pirms līdz ir būt bija nav tas tā tie tās šis šī šie šīs viņš viņa viņi
			kas kurš kura kuri bet arī lai`
	case "mt":
		return `u jew li fi f b bi ma minn mill għal għall ta tal tad tas tat tar tax taz taċ tan il l is id it ix in ir iċ iż
			hija huwa huma dan din dawn dak dik mhux kif meta biex dwar bħal bħala lil mal mas mat fil fis fit fid bil`
	case "pl":
		return `i w we z ze na do o od dla po przez przy pod nad za u lub oraz albo a ale że aby by jest są być był była było nie
			to ten ta te tego tej tych tym który która które których się jak jako jego jej ich między przed bez`
	case "sk":
		return `a i v vo z zo s so na do o od pre po pri pod nad za u k ku alebo či ale že aby je sú byť bol bola bolo nie to ten
			tá tie toho tej ktorý ktorá ktoré sa si ako jeho jej ich medzi pred bez`
	case "sl":
		return `in v na z s za o od do po pri pod nad iz k h ali ter pa da je so biti bil bila bilo ne to ta te tega ki se si kot
			njegov njen njihov med pred brez`
	case "uk":
		return `і й та в у на з із зі за до від для по при під над або чи але що щоб є бути був була було не це цей ця ці
			який яка які якого як його її їх між перед без та про через`
	}
	return ""
}
