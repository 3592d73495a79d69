package importers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"concord/importers/source"
	"concord/taxonomy"
)

// The CFPackage of CASE 1.1, in the order of its schema
// (case_v1p1_cfpackage-jsonschema1.json). Fields that are not written are left out.
// Package mappings writes crosswalks with them.
type (
	CFPackage struct {
		CFDocument     CFDocument
		CFItems        []CFItem
		CFAssociations []CFAssociation
	}
	CFDocument struct {
		Identifier         string  `json:"identifier"`
		URI                string  `json:"uri"`
		FrameworkType      string  `json:"frameworkType,omitempty"`
		CaseVersion        string  `json:"caseVersion"`
		Creator            string  `json:"creator"`
		Title              string  `json:"title"`
		LastChangeDateTime string  `json:"lastChangeDateTime"`
		Publisher          string  `json:"publisher,omitempty"`
		Version            string  `json:"version,omitempty"`
		AdoptionStatus     string  `json:"adoptionStatus,omitempty"`
		LicenseURI         *CFLink `json:"licenseURI,omitempty"`
		Notes              string  `json:"notes,omitempty"`
		Extensions         any     `json:"extensions,omitempty"`
	}
	CFItem struct {
		Identifier           string   `json:"identifier"`
		FullStatement        string   `json:"fullStatement"`
		AlternativeLabel     string   `json:"alternativeLabel,omitempty"`
		CFItemType           string   `json:"CFItemType,omitempty"`
		URI                  string   `json:"uri"`
		HumanCodingScheme    string   `json:"humanCodingScheme,omitempty"`
		ListEnumeration      string   `json:"listEnumeration,omitempty"`
		AbbreviatedStatement string   `json:"abbreviatedStatement,omitempty"`
		ConceptKeywords      []string `json:"conceptKeywords,omitempty"`
		Notes                string   `json:"notes,omitempty"`
		Subject              []string `json:"subject,omitempty"`
		Language             string   `json:"language,omitempty"`
		EducationLevel       []string `json:"educationLevel,omitempty"`
		StatusStartDate      string   `json:"statusStartDate,omitempty"`
		StatusEndDate        string   `json:"statusEndDate,omitempty"`
		LastChangeDateTime   string   `json:"lastChangeDateTime"`
	}
	CFAssociation struct {
		Identifier         string `json:"identifier"`
		AssociationType    string `json:"associationType"`
		SequenceNumber     *int   `json:"sequenceNumber,omitempty"`
		URI                string `json:"uri"`
		OriginNodeURI      CFLink `json:"originNodeURI"`
		DestinationNodeURI CFLink `json:"destinationNodeURI"`
		LastChangeDateTime string `json:"lastChangeDateTime"`
		Notes              string `json:"notes,omitempty"`
		Extensions         any    `json:"extensions,omitempty"`
	}
	CFLink struct {
		Title      string `json:"title"`
		Identifier string `json:"identifier"`
		URI        string `json:"uri"`
	}
)

// exportCASE writes a release as a CFPackage: items in URI order, associations
// by origin. Identifiers are the UUIDs in URIs, else made of them; times are
// those of the release and of its concepts, never the clock's.
func exportCASE(ctx context.Context, w io.Writer, r taxonomy.Reader, ref taxonomy.Ref) ([]Loss, error) {
	rel, err := r.Release(ctx, ref)
	if err != nil {
		return nil, err
	}
	x := &caseExport{lost: losses{}, links: map[taxonomy.URI]CFLink{}, taken: map[string]bool{}, sequence: map[taxonomy.URI][]string{}, above: map[taxonomy.URI]bool{}}
	x.document(rel)
	if err := x.concepts(ctx, r, rel.Ref); err != nil {
		return nil, err
	}
	if err := x.relations(ctx, r, rel.Ref); err != nil {
		return nil, err
	}
	if err := x.others(ctx, r); err != nil {
		return nil, err
	}
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(x.pkg); err != nil {
		return nil, fmt.Errorf("writing CASE: %w", err)
	}
	if err := out.Flush(); err != nil {
		return nil, fmt.Errorf("writing CASE: %w", err)
	}
	return x.lost.list(), nil
}

type caseExport struct {
	pkg      CFPackage
	root     CFLink
	lost     losses
	order    []taxonomy.URI
	links    map[taxonomy.URI]CFLink
	replaced map[taxonomy.URI][]taxonomy.URI
	sequence map[taxonomy.URI][]string // sequenceNumber of each concept, in order
	above    map[taxonomy.URI]bool     // concepts with a broader one
	taken    map[string]bool           // identifiers
}

func (x *caseExport) document(rel *taxonomy.Release) {
	d := CFDocument{URI: string(rel.URI), CaseVersion: "1.1", Creator: rel.Publisher, Title: rel.Title, Publisher: rel.Publisher, LastChangeDateTime: CASETime(rel.Issued, rel.Imported.UTC().Format(time.RFC3339))}
	if d.URI == "" {
		d.URI = "urn:uuid:" + source.UUID5("case", "document", rel.Ref.String())
	}
	if d.Title == "" {
		d.Title = rel.Scheme
	}
	if d.Creator == "" {
		d.Creator = "unknown"
	}
	if rel.Version != taxonomy.Unversioned {
		d.Version = rel.Version
	}
	if rel.License != "" {
		d.LicenseURI = CASELicense(rel.License)
	}
	d.Identifier = x.identifier(d.URI)
	x.root = CFLink{d.Title, d.Identifier, d.URI}
	x.pkg = CFPackage{CFDocument: d, CFItems: []CFItem{}, CFAssociations: []CFAssociation{}}
}

// CASELicense is a link to a licence, given as its name or URL.
func CASELicense(license string) *CFLink {
	id := source.UUID5("case", license)
	if isWeb(license) {
		return &CFLink{license, id, license}
	}
	return &CFLink{license, id, "urn:uuid:" + id}
}

// identifier is the UUID at the end of a URI if no other URI has it, else one
// made of the URI.
func (x *caseExport) identifier(uri string) string {
	id := ""
	if at := uuidPattern.FindStringIndex(uri); at != nil && at[1] == len(uri) {
		id = strings.ToLower(uri[at[0]:])
	}
	if id == "" || x.taken[id] {
		id = source.UUID5("case", uri)
	}
	x.taken[id] = true
	return id
}

// CASETime is the first of times that is an RFC 3339 time or begins with a date.
func CASETime(times ...string) string {
	for _, t := range times {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
			if parsed, err := time.Parse(layout, t); err == nil {
				return parsed.Format(time.RFC3339)
			}
		}
		if d := day(t); d != "" {
			if parsed, err := time.Parse(time.DateOnly, d); err == nil {
				return parsed.Format(time.RFC3339)
			}
		}
	}
	return "1970-01-01T00:00:00Z"
}

// caseDate is s if it begins with a date, else "".
func caseDate(s string) string {
	d := day(s)
	if _, err := time.Parse(time.DateOnly, d); err != nil {
		return ""
	}
	return d
}

func (x *caseExport) concepts(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) error {
	x.replaced = map[taxonomy.URI][]taxonomy.URI{}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: ref}) {
		if err != nil {
			return fmt.Errorf("reading concepts: %w", err)
		}
		item := x.item(c)
		x.pkg.CFItems = append(x.pkg.CFItems, item)
		title := item.AbbreviatedStatement
		if title == "" {
			title = item.FullStatement
		}
		x.order = append(x.order, c.URI)
		x.links[c.URI] = CFLink{shorten(title), item.Identifier, item.URI}
		x.replaced[c.URI] = c.ReplacedBy
		x.sequence[c.URI] = c.Property("sequenceNumber")
		if c.Deprecated && len(c.ReplacedBy) == 0 {
			x.lost.add("deprecations", 1)
		}
	}
	return nil
}

// caseFirst are the properties of which an item holds one.
var caseFirst = []string{"CFItemType", "listEnumeration", "statusStartDate", "statusEndDate", "lastChangeDateTime"}

// item is a concept as a CFItem, in the language of its preferred label.
func (x *caseExport) item(c *taxonomy.Concept) CFItem {
	name := c.Pref()
	full := c.Note(taxonomy.Definition, name.Lang)
	first := map[string]string{}
	for _, p := range c.Properties {
		switch {
		case slices.Contains(caseFirst, p.Name) && first[p.Name] == "":
			first[p.Name] = p.Value
		case slices.Contains([]string{taxonomy.PropKeyword, "educationLevel", "subject", "sequenceNumber", "exemplar"}, p.Name):
		default:
			x.lost.add("properties "+p.Name, 1)
		}
	}
	item := CFItem{Identifier: x.identifier(string(c.URI)), URI: string(c.URI), FullStatement: name.Text, CFItemType: first["CFItemType"], HumanCodingScheme: c.Code,
		ListEnumeration: first["listEnumeration"], ConceptKeywords: c.Property(taxonomy.PropKeyword), Subject: c.Property("subject"), Language: string(name.Lang),
		EducationLevel: c.Property("educationLevel"), StatusStartDate: caseDate(first["statusStartDate"]), StatusEndDate: caseDate(first["statusEndDate"]),
		LastChangeDateTime: CASETime(first["lastChangeDateTime"], x.pkg.CFDocument.LastChangeDateTime)}
	if full.Text != "" {
		item.FullStatement = full.Text
		// A label that is only the beginning of the statement was made by an importer.
		if !strings.HasSuffix(name.Text, "…") || shorten(full.Text) != name.Text {
			item.AbbreviatedStatement = name.Text
		}
	}
	if item.CFItemType == "" && c.Kind != taxonomy.Skill {
		item.CFItemType = string(c.Kind)
	}
	for _, l := range c.Labels {
		switch {
		case l == name:
		case l.Kind == taxonomy.AltLabel && l.Lang == name.Lang && item.AlternativeLabel == "":
			item.AlternativeLabel = l.Text
		default:
			x.lost.add("labels of kind "+string(l.Kind)+" after the first, or in other languages", 1)
		}
	}
	for _, n := range c.Notes {
		switch {
		case n == full:
		case n.Kind == taxonomy.GeneralNote && n.Lang.Base() == name.Lang.Base() && item.Notes == "":
			item.Notes = n.Text
		default:
			x.lost.add("notes of kind "+string(n.Kind), 1)
		}
	}
	for _, url := range c.Property("exemplar") {
		x.associate(CFLink{shorten(item.FullStatement), item.Identifier, item.URI}, "exemplar", CFLink{url, source.UUID5("case", url), url}, "")
	}
	return item
}

// associate adds an association. Its identifier is made of what it joins.
func (x *caseExport) associate(from CFLink, kind string, to CFLink, notes string) *CFAssociation {
	id := source.UUID5("case", from.URI, kind, to.URI)
	x.pkg.CFAssociations = append(x.pkg.CFAssociations, CFAssociation{Identifier: id, AssociationType: kind, URI: "urn:uuid:" + id, OriginNodeURI: from, DestinationNodeURI: to,
		LastChangeDateTime: x.pkg.CFDocument.LastChangeDateTime, Notes: notes})
	return &x.pkg.CFAssociations[len(x.pkg.CFAssociations)-1]
}

// sequenceOf takes the next sequence number of a concept.
func (x *caseExport) sequenceOf(uri taxonomy.URI) *int {
	left := x.sequence[uri]
	if len(left) == 0 {
		return nil
	}
	x.sequence[uri] = left[1:]
	n, err := strconv.Atoi(left[0])
	if err != nil {
		x.lost.add("sequence numbers that are none", 1)
		return nil
	}
	return &n
}
