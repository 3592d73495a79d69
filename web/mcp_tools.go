package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"concord/alignment"
	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// An MCPNothing is the arguments of a tool that has none.
type MCPNothing struct{}

// An MCPFrameworks is what is loaded.
type MCPFrameworks struct {
	Frameworks []MCPFramework `json:"frameworks"`
}

// An MCPFramework is one release that is loaded.
type MCPFramework struct {
	Name      string         `json:"name" jsonschema:"as NAME@RELEASE, for targets and schemes"`
	Current   bool           `json:"current" jsonschema:"the release that the bare name means"`
	Title     string         `json:"title,omitempty"`
	Publisher string         `json:"publisher,omitempty"`
	License   string         `json:"license,omitempty"`
	Languages []string       `json:"languages"`
	Concepts  map[string]int `json:"concepts" jsonschema:"how many of each kind"`
}

// An MCPSearch says what to look for.
type MCPSearch struct {
	Query     string   `json:"query" jsonschema:"words in any order, a code or a URI"`
	Schemes   []string `json:"schemes,omitempty" jsonschema:"only in these frameworks, as NAME or NAME@RELEASE; none: the current release of each"`
	Kinds     []string `json:"kinds,omitempty" jsonschema:"only concepts of these kinds: skill, knowledge, ability, work-style, activity, task, technology, tool, occupation, skill-group, occupation-group"`
	Languages []string `json:"languages,omitempty" jsonschema:"languages of labels, the preferred first; none: all"`
	Limit     int      `json:"limit,omitempty" jsonschema:"how many at most, 1 to 50; 10 where nothing is said"`
}

// An MCPFound is what was found.
type MCPFound struct {
	Hits     []index.Shown `json:"hits" jsonschema:"best first"`
	Total    int           `json:"total"`
	Releases []string      `json:"releases" jsonschema:"what was searched"`
}

// An MCPConcept names a concept.
type MCPConcept struct {
	Concept string `json:"concept" jsonschema:"URI or code of the concept, as search_concepts gives it"`
	Scheme  string `json:"scheme,omitempty" jsonschema:"framework to look in, as NAME or NAME@RELEASE; none: current releases first, then others"`
	Lang    string `json:"lang,omitempty" jsonschema:"language of the names of other concepts; none: English"`
}

// An MCPDocument is a document that a tool is given.
type MCPDocument struct {
	Text     string `json:"text,omitempty" jsonschema:"the document as text: a course description, a curriculum vitae, CSV or HTML"`
	Document any    `json:"document,omitempty" jsonschema:"or the document as JSON: an Open Badge, a CTDL credential or course, a CLR, a learner record"`
}

// An MCPAlign says what to align.
type MCPAlign struct {
	MCPDocument
	Targets        []string `json:"targets,omitempty" jsonschema:"frameworks to align with, as NAME or NAME@RELEASE; none: the current release of each"`
	Kinds          []string `json:"kinds,omitempty" jsonschema:"propose only concepts of these kinds; none: what a person can do, know or use"`
	Language       string   `json:"language,omitempty" jsonschema:"of the document, where it is not to be told from its text"`
	Max            int      `json:"max,omitempty" jsonschema:"proposals at most, 1 to 200; 20 where nothing is said"`
	MinProbability float64  `json:"minProbability,omitempty" jsonschema:"propose only what is at least this likely, up to 0.99; 0.25 where nothing is said"`
}

// An MCPExplain asks why a concept was proposed, or was not.
type MCPExplain struct {
	MCPDocument
	MCPConcept
}

// An MCPExplanation says why a concept was proposed, or was not.
type MCPExplanation struct {
	Concept       view.Link              `json:"concept"`
	Release       string                 `json:"release"`
	Proposed      bool                   `json:"proposed" jsonschema:"whether align_document proposes it where nothing else is said"`
	Summary       string                 `json:"summary"`
	Alignment     *alignment.Alignment   `json:"alignment,omitempty" jsonschema:"its probability and score, what each feature adds to the score, its evidence and its rivals; absent where no words speak for it"`
	Contributions []MCPContribution      `json:"contributions" jsonschema:"what each feature adds to the score (log-odds), the strongest first"`
	LeftOut       []alignment.Abstention `json:"leftOut" jsonschema:"pieces of the text that come near it and were left out, with the reason"`
	RivalOf       []view.Link            `json:"rivalOf" jsonschema:"concepts that are proposed for words it claims too"`
}

// An MCPContribution is what a feature adds to a score.
type MCPContribution struct {
	Feature string  `json:"feature"`
	Adds    float64 `json:"adds"`
}

// An MCPCompare says what to set side by side.
type MCPCompare struct {
	A              MCPDocument  `json:"a" jsonschema:"a document"`
	B              *MCPDocument `json:"b,omitempty" jsonschema:"another document, or else give occupation"`
	Occupation     string       `json:"occupation,omitempty" jsonschema:"URI or code of an occupation, as SCHEME:CODE where several frameworks have it"`
	Targets        []string     `json:"targets,omitempty" jsonschema:"frameworks to take concepts from; none: the occupation's release, or the current release of each"`
	MinProbability float64      `json:"minProbability,omitempty" jsonschema:"count what is at least this likely; 0.25 where nothing is said"`
}

// An MCPTranslate asks what concepts are in another framework.
type MCPTranslate struct {
	Concepts []string `json:"concepts" jsonschema:"URIs or codes, up to 50"`
	To       string   `json:"to" jsonschema:"the framework: NAME, NAME@RELEASE, isco, or a source that a mapping set names"`
	Lang     string   `json:"lang,omitempty" jsonschema:"of labels; none: English"`
}

// mostListed bounds the long lists in what an assistant reads: an occupation may
// ask for hundreds of things. What is left out is counted.
const mostListed = 60

// An MCPShownConcept is a concept, with its longest lists cut.
type MCPShownConcept struct {
	*view.Concept
	OmittedRelations int `json:"omittedRelations,omitempty" jsonschema:"relations and inverse relations that are left out here"`
}

// An MCPComparison is a comparison or a gap, with its longest list cut.
type MCPComparison struct {
	CompareAnswer
	OmittedRequirements int `json:"omittedRequirements,omitempty" jsonschema:"requirements that are left out here, the least important ones; cover counts them all"`
}

// cut keeps the first of a list and counts the rest.
func cut[T any](list []T, omitted *int) []T {
	*omitted += max(0, len(list)-mostListed)
	return list[:min(len(list), mostListed)]
}

func (s *Server) mcpFrameworks(ctx context.Context, _ MCPNothing) (*MCPFrameworks, error) {
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	defer done()
	out := &MCPFrameworks{Frameworks: []MCPFramework{}}
	for _, r := range opened.Releases {
		f := MCPFramework{Name: r.Ref.String(), Current: r.Current, Title: r.Title, Publisher: r.Publisher, License: r.License, Languages: []string{}, Concepts: map[string]int{}}
		for _, l := range r.Languages {
			f.Languages = append(f.Languages, string(l))
		}
		for k, n := range r.Concepts {
			f.Concepts[string(k)] = n
		}
		out.Frameworks = append(out.Frameworks, f)
	}
	return out, nil
}

func (s *Server) mcpSearch(ctx context.Context, in MCPSearch) (*MCPFound, error) {
	if in.Query = clean(in.Query); in.Query == "" {
		return nil, problem(http.StatusUnprocessableEntity, "", "query is empty: give words, a code or a URI")
	}
	if in.Limit < 0 || in.Limit > 50 {
		return nil, problem(http.StatusUnprocessableEntity, "", "limit must be 1 to 50")
	}
	q := &searchInput{Q: in.Query, SearchOptions: SearchOptions{in.Schemes, in.Kinds, in.Languages}, Size: cmp.Or(in.Limit, 10)}
	found, err := s.search(ctx, q)
	if err != nil {
		return nil, err
	}
	return &MCPFound{found.Body.Hits, found.Body.Total, found.Body.Releases}, nil
}

func (s *Server) mcpConcept(ctx context.Context, in MCPConcept) (*MCPShownConcept, error) {
	c, err := s.found(ctx, in.Concept, in.Scheme)
	if err != nil {
		return nil, err
	}
	v, err := view.Of(ctx, s.cfg.Store, c, taxonomy.ParseLang(in.Lang))
	if err != nil {
		return nil, err
	}
	out := &MCPShownConcept{Concept: v}
	v.Relations, v.Inverse = cut(v.Relations, &out.OmittedRelations), cut(v.Inverse, &out.OmittedRelations)
	return out, nil
}

// sent is a document as the API takes it.
func (d MCPDocument) sent() (SentDocument, error) {
	out := SentDocument{Text: d.Text}
	if d.Document == nil {
		return out, nil
	}
	raw, err := json.Marshal(d.Document)
	out.Document = raw
	if text, ok := d.Document.(string); ok { // a document written as a string is that document
		out.Document, out.Text = nil, text
		if d.Text != "" {
			out.Document = raw // both: refused by read
		}
	}
	return out, err
}

// open reads a document that a tool is given.
func (s *Server) open(d MCPDocument) (*alignment.Document, error) {
	in, err := d.sent()
	if err != nil {
		return nil, err
	}
	doc, _, err := s.read(in)
	return doc, err
}

func (s *Server) mcpAlign(ctx context.Context, in MCPAlign) (*alignment.Answer, error) {
	if in.Max < 0 || in.Max > 200 || in.MinProbability < 0 || in.MinProbability > 0.99 {
		return nil, problem(http.StatusUnprocessableEntity, "", "max must be 1 to 200, and minProbability 0 to 0.99")
	}
	doc, err := s.open(in.MCPDocument)
	if err != nil {
		return nil, err
	}
	opt := AlignOptions{Targets: in.Targets, Kinds: in.Kinds, Max: in.Max, MinProbability: in.MinProbability}
	if in.Language != "" {
		opt.Languages = []string{in.Language}
	}
	return s.answer(ctx, doc, opt)
}

// barely is what is shown when somebody asks why a concept was not proposed.
const barely = 0.001

func (s *Server) mcpExplain(ctx context.Context, in MCPExplain) (*MCPExplanation, error) {
	doc, err := s.open(in.MCPDocument)
	if err != nil {
		return nil, err
	}
	c, err := s.found(ctx, in.Concept, in.Scheme)
	if err != nil {
		return nil, err
	}
	opt := AlignOptions{Targets: []string{c.Release.String()}, Explain: true}
	if !slices.Contains(alignment.SkillKinds, c.Kind) { // asked for by name, it may be of a kind that is not proposed unasked
		opt.Kinds = []string{string(c.Kind)}
	}
	out := &MCPExplanation{Concept: view.Named(c, taxonomy.ParseLang(in.Lang)), Release: c.Release.String(), Contributions: []MCPContribution{}, LeftOut: []alignment.Abstention{}, RivalOf: []view.Link{}}
	usual, err := s.answer(ctx, doc, opt)
	if err != nil {
		return nil, err
	}
	of := func(a *alignment.Answer) *alignment.Alignment {
		for i := range a.Alignments {
			if a.Alignments[i].URI == c.URI {
				return &a.Alignments[i]
			}
		}
		return nil
	}
	if out.Alignment = of(usual); out.Alignment != nil {
		out.Proposed, out.Summary = true, "It is proposed."
	} else {
		opt.Max, opt.MinProbability = 200, barely
		low, err := s.answer(ctx, doc, opt)
		if err != nil {
			return nil, err
		}
		if out.Alignment = of(low); out.Alignment != nil {
			out.Summary = "It is not proposed: it is less likely than the threshold, or other concepts have its words."
		} else {
			out.Summary = "It is not proposed: no words of the document speak for it."
		}
	}
	near := func(n alignment.Nearest) bool { return n.URI == c.URI }
	for _, x := range usual.Abstained {
		if x.Nearest != nil && near(*x.Nearest) || slices.ContainsFunc(x.Between, near) {
			out.LeftOut = append(out.LeftOut, x)
		}
	}
	for _, x := range usual.Alignments {
		if slices.ContainsFunc(x.Rivals, func(r alignment.Rival) bool { return r.URI == c.URI }) {
			out.RivalOf = append(out.RivalOf, view.Link{URI: x.URI, Label: x.Label, Kind: x.Kind, Code: x.Code})
		}
	}
	if out.Alignment == nil && len(out.LeftOut)+len(out.RivalOf) > 0 {
		out.Summary = "It is not proposed: it comes near, but is left out or another concept has its words."
	}
	if out.Alignment != nil {
		for name, adds := range out.Alignment.Contributions {
			out.Contributions = append(out.Contributions, MCPContribution{name, adds})
		}
		slices.SortFunc(out.Contributions, func(a, b MCPContribution) int {
			return cmp.Or(cmp.Compare(max(b.Adds, -b.Adds), max(a.Adds, -a.Adds)), cmp.Compare(a.Feature, b.Feature))
		})
	}
	return out, nil
}

func (s *Server) mcpCompare(ctx context.Context, in MCPCompare) (*MCPComparison, error) {
	if in.MinProbability < 0 || in.MinProbability > 0.99 {
		return nil, problem(http.StatusUnprocessableEntity, "", "minProbability must be 0 to 0.99")
	}
	req := CompareRequest{Occupation: in.Occupation, Targets: in.Targets, MinProbability: in.MinProbability}
	var err error
	if req.A, err = in.A.sent(); err != nil {
		return nil, err
	}
	if in.B != nil {
		b, err := in.B.sent()
		if err != nil {
			return nil, err
		}
		req.B = &b
	}
	out, err := s.compare(ctx, &compareInput{Body: req})
	if err != nil {
		return nil, err
	}
	answer := &MCPComparison{CompareAnswer: out.Body}
	if gap := out.Body.Gap; gap != nil {
		gap.Requirements = cut(gap.Requirements, &answer.OmittedRequirements)
	}
	return answer, nil
}

func (s *Server) mcpTranslate(ctx context.Context, in MCPTranslate) (*TranslateAnswer, error) {
	if len(in.Concepts) == 0 || len(in.Concepts) > 50 {
		return nil, problem(http.StatusUnprocessableEntity, "", "give 1 to 50 concepts, by URI or code")
	}
	out, err := s.translate(ctx, &translateInput{Body: TranslateRequest{Concepts: in.Concepts, To: in.To, Lang: in.Lang}})
	if err != nil {
		return nil, err
	}
	return &out.Body, nil
}
