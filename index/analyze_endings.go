package index

import (
	"strings"
	"unicode/utf8"
)

// endingTable takes inflectional endings off the words of a language for which
// no library has a stemmer: the longest ending in the list that leaves at
// least three letters. The lists hold case, number, gender and article endings
// of nouns and adjectives and the commonest endings of verbal nouns and
// infinitives, which is what labels of skills and occupations are made of.
// They are written for this project from the grammars, without diacritics.
type endingTable struct {
	list    map[string]bool
	longest int // in runes
}

func (t endingTable) strip(s string) string {
	s = fold(s)
	starts := make([]int, 0, 32)
	for i := range s {
		starts = append(starts, i)
	}
	for k := min(t.longest, len(starts)-3); k > 0; k-- {
		if cut := starts[len(starts)-k]; t.list[s[cut:]] {
			return s[:cut]
		}
	}
	return s
}

var endings = func() map[string]endingTable {
	tables := make(map[string]endingTable)
	for lang, list := range map[string]string{
		"bg": `ищата овете евете ията ията ието иите ията ните ната ното ният ният ският ската ското ските
			ите ата ята ета ото ето ът ят та то те ове еве ища ски ска ско ия ие ии ий ен на но ни
			я а о е и ъ й ю у`,
		"cs": `ovanim ovanimi ovani ovat ovatelum ackeho enimi anim enim ani eni atum atech ata aty
			iho imu ich imi eho emu ych ymi ovi ove uv ami emi ama ach ich ech um em os es am im ym ou
			it at et a e i o u y`,
		"el": `ματων ματος ματα σεων σεωσ σεισ σησ ησεισ ηση ησησ ικουσ ικων ικησ ικοσ ικεσ ικη ικο ικα ικου ικοι
			ιων ιεσ ιασ ουσ ιοσ ιου ων οσ ου οι εσ ησ εισ ασ ια η α ο ι ε υ ω`,
		"et": `misele misega misest misel mises misi mised mise mine mist minna
			idele idega idest ides ideks idel dele dega dest deks tele tega test teks del des tel tes
			lased laste lane lasi jatele jatega jaid jate jale jaga jaks jad jat ja id de te st ks ga ta na le lt se da d t s i a e u`,
		"hr": `ovanjem ovanje ovanja ovanju ivanje ivanja ivanju ovati ivati irati iranje iranja iranju
			anjem anje anja anju enjem enje enja enju ijega ijemu oga ome omu ega emu ima ama
			ati iti jeti oj og om im ih em a e i o u`,
		"is": `inganna ingarnar inganna unum unnar anna inum inni arnir irnar urnar inna ingu ingar ing un
			num nar nir in um ur ir ar inn a i u s`,
		"lt": `avimas avimo avimui avima avimu imas imo imui ima imu ymas ymo ymui yma ymu uose iuose iais
			ems oms ais ose yse ius ios iai iui iu io ia ias is ys as us es os ai ei ui am im um u a e i o y s`,
		"lv": `sanas sanai sana sanu sanam ajiem ajai ajam ajas ajos aji aju iem aja ajs ais iet
			ai ei em am os us as es is im um u a e i s t`,
		"pl": `owaniami owaniach owaniem owania owanie owaniu owac ywania ywanie ywaniu ywac iwania iwanie
			aniami aniach aniem ania anie aniu eniami eniach eniem enia enie eniu iami iach iego iemu
			owych owym owymi owego owej owa owe owi ami ach ego emu ych ymi ich imi om ow em am ym im ej ie ia iu io
			ac ic yc ec a e i o u y`,
		"sk": `ovaniami ovania ovanie ovaniu ovani ovat enia enie eniu ania anie aniu
			ieho iemu eho emu ych ymi ich imi iach ach och ami mi ov om am em im ym ej ou ia iu ie
			it at et a e i o u y`,
		"sl": `ovanjem ovanje ovanja ovanju anjem anje anja anju enjem enje enja enju ovati evati irati iranje iranja
			ati iti eti ega emu imi ami ama ema oma ih im om em ov ev ah eh a e i o u`,
		"uk": `уванням ування уванні юванням ювання анням ання анні енням ення енні яння янням увати ювати ами ями ими
			ого ому ему ьому ових овий ова ати ити іти ах ях их іх ою ею єю ий ій ої ая яя ові еві ів їв ам ям ом ем єм ім
			им ую ию ія ії ію ія я а о е є и і ї ь у ю й`,
	} {
		t := endingTable{list: make(map[string]bool)}
		for ending := range strings.FieldsSeq(list) {
			t.list[fold(ending)] = true
			t.longest = max(t.longest, utf8.RuneCountInString(ending))
		}
		tables[lang] = t
	}
	return tables
}()
