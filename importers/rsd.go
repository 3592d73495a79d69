package importers

import (
	"regexp"
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// An rsd is a rich skill descriptor as a file gives it, in any of its forms.
type rsd struct {
	at         Problem // file and place, for problems
	url        string  // canonical URL, or a bare UUID
	name       string
	statement  string
	lang       taxonomy.Lang // of name and statement
	facts      []taxonomy.Property
	alignments []rsdAlignment
	partOf     []string // competencies that hold the skill
	parts      []string // skills that a competency holds
	archived   bool
	bare       bool // an id alone: the descriptor is expected elsewhere
}

// An rsdAlignment joins a descriptor to a concept elsewhere. No predicate is
// ever stated.
type rsdAlignment struct {
	name, url, framework string
}

// rsdMatch is the predicate of descriptor alignments. The format states none.
// skos:relatedMatch is the weakest mapping there is: one library skill is
// the alignment of many descriptors that differ from each other, which rules
// out exact and close, and which of the two is broader is not said.
const rsdMatch = taxonomy.RelatedMatch

// rsdLang is the language of descriptors; OSMT knows no other.
const rsdLang taxonomy.Lang = "en"

// claimsRSD takes OSMT tables (CSV, TSV or XLSX) by their header and JSON by
// its descriptors.
func claimsRSD(in *input) bool {
	switch {
	case in.looksJSON():
		root, _, err := in.JSON()
		return err == nil && len(rsdNodes(in.Path, root)) > 0
	case in.ext() == ".xlsx":
		t, err := openXLSX(in)
		return err == nil && t != nil && t.close() == nil
	}
	return isRSDHeader(headerOf(in))
}

// groupRSD makes each table a release of its own, and the JSON files of one
// folder or archive one release together. JSON files that are given one by one
// are one release if they are single descriptors (with the collection that is
// given beside them, if there is one), else each its own.
func groupRSD(in []*input) ([]group, error) {
	var groups []group
	folders := map[string]int{} // folder → index of its group
	for _, x := range in {
		if !x.looksJSON() {
			g, err := nameRSDTable(x)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
			continue
		}
		key := x.Parent
		if key == "" && !isSingleRSD(x) {
			key = "\x00" + x.Path
		}
		i, ok := folders[key]
		if !ok {
			i = len(groups)
			folders[key] = i
			groups = append(groups, group{})
		}
		groups[i].in = append(groups[i].in, x)
	}
	groups = joinLoose(groups, folders)
	for i, g := range groups {
		if !g.in[0].looksJSON() {
			continue
		}
		ref, err := nameRSDFiles(g.in)
		if err != nil {
			return nil, err
		}
		groups[i].ref = ref
	}
	return groups, nil
}

// joinLoose puts single descriptors without a folder to the one collection
// that was given beside them.
func joinLoose(groups []group, folders map[string]int) []group {
	loose, ok := folders[""]
	collection := -1
	for key, i := range folders {
		if strings.HasPrefix(key, "\x00") {
			if collection >= 0 {
				return groups
			}
			collection = i
		}
	}
	if !ok || collection < 0 {
		return groups
	}
	first, second := min(loose, collection), max(loose, collection)
	groups[first].in = append(groups[first].in, groups[second].in...)
	return slices.Delete(groups, second, second+1)
}

func isSingleRSD(in *input) bool {
	root, _, err := in.JSON()
	return err == nil && root.Kind == source.Object && root.Get("skills") == nil
}

// exportName is how OSMT names its exports: "RSD Skills - Nursing - 2025-01-31".
var exportName = regexp.MustCompile(`(?i)^(?:RSD Skills?\s*-\s*)?(.*?)[\s_-]*(\d{4}-\d{2}-\d{2})?$`)

// nameRSDTable names a table by the collection that all its rows share, else
// by its file, whose date is the version.
func nameRSDTable(in *input) (group, error) {
	title, version := exportTitle(in.stem())
	shared, err := sharedCollection(in)
	if err != nil {
		return group{}, err
	}
	if shared != "" {
		title = shared
	}
	return group{ref: refOf(in, title, version), in: []*input{in}}, nil
}

// exportTitle splits a file name into title and date.
func exportTitle(stem string) (title, date string) {
	m := exportName.FindStringSubmatch(stem)
	if m == nil || m[1] == "" {
		return stem, ""
	}
	return m[1], m[2]
}

func sharedCollection(in *input) (string, error) {
	t, err := openRSDTable(in)
	if err != nil {
		return "", err
	}
	defer t.close()
	if !t.has("collections") {
		return "", nil
	}
	shared := ""
	for {
		row, err := t.next()
		if err != nil || row == nil {
			return shared, err
		}
		names := splitList(t.cell(row, "collections"))
		if len(names) != 1 || shared != "" && names[0] != shared {
			return "", nil
		}
		shared = names[0]
	}
}

// nameRSDFiles names JSON files by the collection with the most skills among
// them, else by the one all descriptors say they are in, else by their folder,
// or, for one file, by its name.
func nameRSDFiles(in []*input) (taxonomy.Ref, error) {
	best, title := -1, ""
	common := map[string]int{}
	skills := 0
	for _, x := range in {
		root, _, err := x.JSON()
		if err != nil {
			return taxonomy.Ref{}, err
		}
		for _, n := range rsdNodes(x.Path, root) {
			if n.isCollection() {
				if name, held := n.title(), len(n.at.First("skills", "competencies").List()); name != "" && held > best {
					best, title = held, name
				}
				continue
			}
			skills++
			for _, c := range n.at.Get("collections").List() {
				common[rsdText(c)]++
			}
		}
	}
	var shared []string
	for name, n := range common {
		if n == skills && name != "" {
			shared = append(shared, name)
		}
	}
	switch {
	case title != "":
	case len(shared) == 1:
		title = shared[0]
	case in[0].Parent != "":
		title = strings.TrimSuffix(in[0].Parent, ".zip")
	case len(in) == 1:
		title, _ = exportTitle(in[0].stem())
	default:
		return taxonomy.Ref{Version: taxonomy.Unversioned}, nil
	}
	return refOf(in[0], title, ""), nil
}

// splitList splits a cell at semicolons; they are never escaped.
func splitList(s string) []string {
	var out []string
	for _, part := range strings.Split(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

var lightcastPattern = regexp.MustCompile(`(?i)^https?://[^/]*(?:emsidata\.com|lightcast\.io)/.*?\b((?:KS|ES)[0-9A-Z]{10,24})\b`)

// lightcastURI folds the hosts and paths under which a Lightcast (EMSI) skill
// is linked to the one of the open skills library, keyed by its token. Other
// URLs come back as they are.
func lightcastURI(url string) string {
	if m := lightcastPattern.FindStringSubmatch(url); m != nil {
		return "https://lightcast.io/open-skills/skills/" + strings.ToUpper(m[1])
	}
	return url
}
