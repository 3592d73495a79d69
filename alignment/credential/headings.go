package credential

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/alignment"
)

// headingWords says what a section holds, by words of its heading. The first
// line with a match decides. Words match at word starts, in lower case.
var headingWords = []struct {
	role  alignment.Role
	words []string
}{
	{alignment.RolePrerequisite, []string{
		"prerequisite", "pre-requisite", "entry requirement", "admission requirement", "entrance requirement", "requirements to enrol", "requirements to join",
		"entry condition", "before you start", "before you begin", "before taking", "prior knowledge", "assumed knowledge", "required background", "what you need to know first", "who can enrol", "eligibility",
		"voraussetzung", "vorkenntnisse", "zugangsvoraussetzung", "teilnahmevoraussetzung", "zulassung",
		"prérequis", "pré-requis", "connaissances préalables", "conditions d'admission", "conditions d’admission", "conditions d'accès", "conditions d’accès",
		"requisitos previos", "requisitos de acceso", "requisitos de ingreso", "requisitos de admisión", "conocimientos previos", "prerrequisito",
		"prerequisiti", "requisiti d'ingresso", "requisiti di ammissione", "conoscenze pregresse", "pré-requisito", "requisitos de entrada", "conhecimentos prévios",
		"voorkennis", "toelatingseisen", "instapeisen", "förkunskap", "forkunnskap", "forudsætning", "esitiedot", "wymagania wstępne",
	}},
	{alignment.RoleOutcome, []string{
		"learning outcome", "learning objective", "learning goal", "course objective", "course outcome", "course goal", "program outcome", "programme outcome", "what you will learn", "what you'll learn", "what you’ll learn",
		"what will i learn", "what students learn", "you will learn", "you'll learn", "you’ll learn", "you will be able", "you'll be able", "be able to", "skills you", "skills gained", "skills covered", "skills taught", "skills learned", "competenc", "outcomes", "objectives", "what the holder can do", "what earners can do",
		"objectifs", "objectif", "compétence", "acquis d'apprentissage", "acquis d’apprentissage", "acquis de formation", "ce que vous apprendrez", "vous apprendrez", "vous serez capable", "à l'issue de", "à l’issue de",
		"lernziel", "lernergebnis", "kursziel", "kompetenz", "das lernen sie", "das lernst du", "was sie lernen", "was du lernst", "qualifikationsziel",
		"resultados de aprendizaje", "objetivo", "competencia", "lo que aprenderás", "lo que aprenderá", "qué aprenderás", "aprenderás a",
		"obiettiv", "risultati di apprendimento", "competenz", "cosa imparerai", "competência", "o que você vai aprender", "resultados de aprendizagem", "resultados da aprendizagem",
		"leerdoel", "leerresultat", "leeruitkomst", "wat je leert", "lärandemål", "läringsutbytte", "læringsmål", "læringsutbytte", "oppimistavoit", "efekty uczenia",
	}},
	{alignment.RoleCriterion, []string{
		"criteria", "criterion", "earning requirement", "how to earn", "requirements", "assessment", "to earn this", "kriterien", "anforderungen", "prüfung", "critère", "modalités d'évaluation", "modalités d’évaluation", "évaluation", "criterio", "requisitos", "evaluación", "criteri", "critério", "beoordeling",
	}},
	{alignment.RoleEvidence, []string{"evidence", "nachweis", "preuves", "evidencia", "bewijs"}},
	{alignment.RoleKeyword, []string{"keyword", "tags", "topics covered", "schlagwort", "schlagwörter", "stichwort", "stichwörter", "mots-clés", "mots clés", "palabras clave", "parole chiave", "palavras-chave", "trefwoorden"}},
	{alignment.RoleBoilerplate, []string{
		"contact", "copyright", "terms and conditions", "privacy", "cookie", "price", "pricing", "fees", "tuition", "cost", "how to apply", "apply now", "enrol now", "enroll now", "register", "registration", "share this", "related courses", "you may also like", "faq", "frequently asked",
		"practical matters", "practical information", "grading", "about the issuer", "about us", "your instructor", "instructors", "testimonials", "reviews", "dates", "venue", "location", "kontakt", "preis", "kosten", "anmeldung", "termine", "impressum", "datenschutz", "tarif", "inscription", "precio", "inscripción", "contacto", "prezzo", "iscrizione", "preço", "inscrição", "prijs", "aanmelden",
	}},
}

// labelWords are headings that only name the section below them.
var labelWords = []string{
	"description", "overview", "summary", "introduction", "about this course", "about this badge", "about the course", "about the programme", "about the program", "course description", "content", "contents", "syllabus", "curriculum", "modules", "programme",
	"beschreibung", "kursbeschreibung", "überblick", "inhalt", "inhalte", "kursinhalte", "lehrinhalte", "contenu", "présentation", "programme de la formation", "descripción", "contenido", "contenidos", "temario", "descrizione", "contenuti", "programma", "descrição", "conteúdo", "beschrijving", "inhoud",
}

// sectionRole returns the role of what stands under a heading, and whether the
// heading names a section rather than saying something of its own.
func sectionRole(heading string) (role alignment.Role, named bool) {
	if len(heading) > 240 {
		return "", false
	}
	s := foldHeading(heading)
	if s == "" || utf8.RuneCountInString(s) > 60 {
		return "", false
	}
	for _, group := range headingWords {
		for _, w := range group.words {
			if headingHas(s, w, group.role) {
				return group.role, true
			}
		}
	}
	for _, w := range labelWords {
		if s == w {
			return "", true
		}
	}
	return "", false
}

func foldHeading(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// headingHas reports whether a folded heading names a section by w. A phrase
// or a word for what is presupposed counts wherever it stands; another single
// word only where the heading starts with it, and a word of boilerplate only
// alone, because "Cost accounting" and "Interkulturelle Kompetenz" are topics.
func headingHas(heading, w string, role alignment.Role) bool {
	switch {
	case role == alignment.RoleBoilerplate:
		return heading == w || heading == w+"s" || heading == w+" us"
	case role == alignment.RolePrerequisite, strings.Contains(w, " "):
		return containsWordStart(heading, w)
	}
	return strings.HasPrefix(heading, w)
}

// containsWordStart reports whether w occurs in s where a word starts.
func containsWordStart(s, w string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], w)
		if i < 0 {
			return false
		}
		i += from
		if !wordBefore(s[:i]) {
			return true
		}
		from = i + len(w)
	}
}

// assign gives every piece its role. base is the role of what stands under no
// telling heading. In a whole document the first heading, or a first short
// line, is its title, and named headings are boilerplate; in a string of a
// record base already says what it is.
func (m *mask) assign(base alignment.Role, document bool) []alignment.Block {
	type section struct {
		level int
		role  alignment.Role
		colon bool
	}
	title := -1
	if document {
		title = m.findTitle()
	}
	var open []section
	var intro alignment.Role // of the list items below a line like "After the course you will be able to:"
	blocks := make([]alignment.Block, 0, len(m.pieces))
	for i, p := range m.pieces {
		if n := len(open); n > 0 && open[n-1].colon && i > 0 && m.pieces[i-1].item && !p.item {
			open = open[:n-1]
		}
		role := base
		if len(open) > 0 {
			role = open[len(open)-1].role
		}
		line := ""
		if p.level > 0 || p.end-p.start < 1<<12 {
			line = m.line(p.start, p.end)
		}
		var under alignment.Role
		named := false
		if p.level > 0 {
			under, named = sectionRole(line)
		}
		switch {
		case p.role != "":
			role = p.role
		case i == title:
			role = alignment.RoleTitle
		case p.title:
			role = alignment.RoleBoilerplate
		case p.level > 0:
			for len(open) > 0 && open[len(open)-1].level >= p.level {
				open = open[:len(open)-1]
			}
			inherited := base
			if len(open) > 0 {
				inherited = open[len(open)-1].role
			}
			if under == "" && !named {
				under = inherited
			} else if under == "" {
				under = base
			}
			open = append(open, section{p.level, under, p.colon})
			if role = under; named {
				role = alignment.RoleBoilerplate
			}
		case p.item && intro != "":
			role = intro
		default:
			if label, _, ok := strings.Cut(line, ":"); ok {
				if under, named := sectionRole(label); named && under != "" {
					role = under
				}
			}
		}
		if !p.item {
			intro = introRole(line)
		}
		blocks = append(blocks, alignment.Block{Start: p.start, End: p.end, Role: role})
	}
	return blocks
}

// introRole returns the role of list items below a paragraph that ends in a
// colon, by its last sentence, or "".
func introRole(line string) alignment.Role {
	line, ok := strings.CutSuffix(line, ":")
	if !ok {
		return ""
	}
	if i := strings.LastIndex(line, ". "); i >= 0 {
		line = line[i+2:]
	}
	if r := []rune(line); len(r) > 60 {
		line = string(r[len(r)-60:])
	}
	role, _ := sectionRole(line)
	return role
}

// findTitle returns which piece is the document's title, or -1: the highest
// of its headings that comes first, else an HTML title, else a first line that
// is short and no sentence.
func (m *mask) findTitle() int {
	heading, element := -1, -1
	for i, p := range m.pieces {
		switch {
		case p.role != "":
		case p.title && element < 0:
			element = i
		case p.level > 0 && (p.level < pseudoLevel || i == 0 && p.level < labelLevel) && (heading < 0 || p.level < m.pieces[heading].level):
			heading = i
		}
	}
	if heading >= 0 {
		line := m.line(m.pieces[heading].start, m.pieces[heading].end)
		if _, named := sectionRole(line); !named || m.pieces[heading].level == 1 {
			return heading
		}
	}
	if element >= 0 || len(m.pieces) < 2 {
		return element
	}
	line := m.line(m.pieces[0].start, m.pieces[0].end)
	if utf8.RuneCountInString(line) > 100 || strings.HasSuffix(line, ".") || m.pieces[0].role != "" {
		return -1
	}
	if label, _, ok := strings.Cut(line, ": "); ok {
		if _, named := sectionRole(label); named {
			return -1 // "Prerequisites: none"
		}
	}
	return 0
}
