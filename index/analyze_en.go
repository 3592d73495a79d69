package index

import (
	"strings"

	"github.com/kljensen/snowball/english"
)

// stemEnglish stems a normalised word: American spelling first, then Porter.
func stemEnglish(s string) string {
	s = american(fold(s))
	if stem, ok := irregular[s]; ok {
		return stem
	}
	if len(s) <= 2 {
		return s
	}
	return english.Stem(s, true)
}

// irregular holds words whose stem Porter's rules do not find.
var irregular = map[string]string{
	"analysis": "analys", "analyses": "analys",
	"children": "child", "men": "man", "women": "woman", "people": "peopl", "feet": "foot", "teeth": "tooth", "mice": "mous",
	"skis": "ski", "news": "news", "math": "math", "maths": "math",
	"criteria": "criterion", "indices": "index",
	"led": "lead", "built": "build", "taught": "teach", "written": "write", "wrote": "write", "sold": "sell",
	"made": "make", "taken": "take", "given": "give", "driven": "drive", "drove": "drive", "kept": "keep", "held": "hold",
	"understood": "understand", "learnt": "learn", "spoke": "speak", "spoken": "speak", "thought": "think", "chosen": "choos", "chose": "choos",
}

// american turns British spelling into one that the same word has in American
// spelling. It need not be a correct one: -ize becomes -ise, because Porter's
// rules leave -ise alone where they would make "organ" of "organize".
func american(s string) string {
	for _, p := range [...][2]string{{"iz", "is"}, {"yz", "ys"}} {
		if i := strings.LastIndex(s, p[0]); i >= 3 {
			switch s[i+2:] {
			case "e", "ed", "es", "er", "ers", "ing", "ation", "ations", "ational", "able":
				s = s[:i] + p[1] + s[i+2:]
			}
		}
	}
	if len(s) < 5 {
		if s == "tyre" {
			return "tire"
		}
		return s
	}
	for _, p := range spellings {
		if i := strings.Index(s, p[0]); i >= 0 {
			s = s[:i] + p[1] + s[i+len(p[0]):]
		}
	}
	for _, p := range endSpellings {
		if strings.HasSuffix(s, p[0]) {
			return s[:len(s)-len(p[0])] + p[1]
		}
	}
	return s
}

// spellings holds parts of words, British first.
var spellings = [...][2]string{
	{"behaviour", "behavior"}, {"colour", "color"}, {"labour", "labor"}, {"favour", "favor"}, {"honour", "honor"},
	{"harbour", "harbor"}, {"neighbour", "neighbor"}, {"flavour", "flavor"}, {"humour", "humor"}, {"odour", "odor"},
	{"vapour", "vapor"}, {"rumour", "rumor"}, {"endeavour", "endeavor"}, {"armour", "armor"}, {"tumour", "tumor"},
	{"savour", "savor"}, {"parlour", "parlor"}, {"vigour", "vigor"}, {"rigour", "rigor"}, {"mould", "mold"},
	{"plough", "plow"}, {"draught", "draft"}, {"aluminium", "aluminum"}, {"sulph", "sulf"}, {"artefact", "artifact"},
	{"aeroplane", "airplane"}, {"manoeuvre", "maneuver"}, {"manoeuvr", "maneuver"}, {"jeweller", "jeweler"}, {"jewellery", "jewelry"},
	{"counsellor", "counselor"}, {"traveller", "traveler"}, {"modeller", "modeler"}, {"skilful", "skillful"}, {"instalment", "installment"},
	{"paed", "ped"}, {"anaesth", "anesth"}, {"gynaec", "gynec"}, {"haem", "hem"}, {"anaem", "anem"}, {"leukaem", "leukem"}, {"archaeo", "archeo"}, {"palaeo", "paleo"},
	{"oestro", "estro"}, {"oesoph", "esoph"}, {"foetal", "fetal"}, {"foetus", "fetus"}, {"orthopaed", "orthoped"}, {"encyclopaed", "encycloped"}, {"diarrhoea", "diarrhea"},
	{"aesthet", "esthet"}, {"licenc", "licens"}, {"defence", "defense"}, {"offence", "offense"}, {"pretence", "pretense"}, {"practis", "practic"},
	{"catalogue", "catalog"}, {"dialogue", "dialog"}, {"analogue", "analog"}, {"yoghurt", "yogurt"}, {"sceptic", "skeptic"}, {"enquir", "inquir"},
	{"judgement", "judgment"}, {"acknowledgement", "acknowledgment"}, {"orientat", "orient"}, {"storey", "story"}, {"tyres", "tires"},
	{"cancelled", "canceled"}, {"fulfill", "fulfil"}, {"ageing", "aging"},
}

// endSpellings holds ends of words, British first.
var endSpellings = [...][2]string{
	{"programme", "program"}, {"programmes", "programs"}, {"programmer", "programer"}, {"programmers", "programers"},
	{"centre", "center"}, {"centres", "centers"}, {"centred", "centered"}, {"theatre", "theater"}, {"theatres", "theaters"},
	{"metre", "meter"}, {"metres", "meters"}, {"litre", "liter"}, {"litres", "liters"}, {"fibre", "fiber"}, {"fibres", "fibers"},
	{"calibre", "caliber"}, {"lustre", "luster"},
}
