package releases_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"concord/alignment/releases"
	"concord/alignment/vectors"
	"concord/data"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// table is the shipped vector table.
var table = sync.OnceValues(func() (*vectors.Table, error) { return vectors.Load(data.Vectors) })

var (
	day = time.Unix(1e9, 0)
	v1  = taxonomy.Ref{Scheme: "craft", Version: "1"}
	v2  = taxonomy.Ref{Scheme: "craft", Version: "2"}
)

// A spec is a concept as the tests write it, in English.
type spec struct {
	uri, pref string
	kind      taxonomy.Kind
	code, def string
	alts      []string
	broader   []string
	needs     []string // skills that are essential for it, an occupation
	reuse     string
	gone      bool // owl:deprecated
	instead   []string
}

// old and new are two releases of an invented framework: between them, every
// kind of change happens, and much that is none.
var old = []spec{
	{uri: "urn:g:clay", pref: "working with clay", kind: taxonomy.SkillGroup, code: "G1"},
	{uri: "urn:g:wood", pref: "working with wood", kind: taxonomy.SkillGroup, code: "G2"},
	{uri: "urn:g:office", pref: "office work", kind: taxonomy.SkillGroup, code: "G3"},
	{uri: "urn:g:care", pref: "caring for animals", kind: taxonomy.SkillGroup, code: "G4"},
	{uri: "urn:g:trade", pref: "trading goods", kind: taxonomy.SkillGroup, code: "G5"},
	{uri: "urn:g:sea", pref: "seafaring", kind: taxonomy.SkillGroup, code: "G6"},
	{uri: "urn:s:same", pref: "throw pots", kind: taxonomy.Skill, def: "Shape clay on a wheel.", alts: []string{"turn pots", "throw pots", "wheel throwing"}, broader: []string{"urn:g:clay"}, reuse: "sector"},
	{uri: "urn:s:word", pref: "glaze potery", kind: taxonomy.Skill, def: "Cover pottery with glaze.", broader: []string{"urn:g:clay"}},
	{uri: "urn:s:alt", pref: "saw boards", kind: taxonomy.Skill, def: "Cut boards to size.", alts: []string{"cut timber"}, broader: []string{"urn:g:wood"}},
	{uri: "urn:s:drift", pref: "Loomware Studio .NET", kind: taxonomy.Knowledge, def: "The techniques of programming looms in Loomware Basic.", broader: []string{"urn:g:office"}},
	{uri: "urn:s:type", pref: "bookkeeping", kind: taxonomy.Knowledge, def: "The recording of payments.", broader: []string{"urn:g:office"}},
	{uri: "urn:s:move", pref: "groom horses", kind: taxonomy.Skill, def: "Brush and clean horses.", broader: []string{"urn:g:trade"}},
	{uri: "urn:s:redef", pref: "pack parcels", kind: taxonomy.Skill, def: "Put goods into boxes and seal them with tape.", broader: []string{"urn:g:trade"}, reuse: "sector"},
	{uri: "urn:s:gone", pref: "send telegrams", kind: taxonomy.Skill, def: "Transmit messages by telegraph.", broader: []string{"urn:g:office"}},
	{uri: "urn:s:merged", pref: "write letters by hand", kind: taxonomy.Skill, def: "Write correspondence with a pen.", broader: []string{"urn:g:office"}},
	{uri: "urn:s:split", pref: "repair nets and sails", kind: taxonomy.Skill, def: "Mend fishing nets and sails.", broader: []string{"urn:g:sea"}},
	{uri: "urn:s:dep", pref: "caulk hulls with oakum", kind: taxonomy.Skill, def: "Make seams of hulls tight.", broader: []string{"urn:g:sea"}},
	{uri: "urn:s:addr", pref: "steer by the stars", kind: taxonomy.Skill, def: "Navigate at night.", broader: []string{"urn:g:sea"}},
	{uri: "urn:o:potter", pref: "potter", kind: taxonomy.Occupation, code: "73.1", def: "Potters make pots.", needs: []string{"urn:s:same", "urn:s:word"}},
}

var fresh = []spec{
	{uri: "urn:G:1", pref: "working with clay", kind: taxonomy.SkillGroup, code: "G1"}, // only another address
	{uri: "urn:g:wood", pref: "working with wood", kind: taxonomy.SkillGroup, code: "G2"},
	{uri: "urn:g:office", pref: "office work", kind: taxonomy.SkillGroup, code: "G3"},
	{uri: "urn:g:care", pref: "caring for animals", kind: taxonomy.SkillGroup, code: "G4"},
	{uri: "urn:g:trade", pref: "trading goods", kind: taxonomy.SkillGroup, code: "G5"},
	{uri: "urn:g:sea", pref: "seafaring", kind: taxonomy.SkillGroup, code: "G6"},
	// Nothing but noise: order, case, white space, no repeated name, a parent at another address.
	{uri: "urn:s:same", pref: "throw  pots ", kind: taxonomy.Skill, def: "shape clay on a wheel", alts: []string{"Wheel throwing", "turn pots"}, broader: []string{"urn:G:1"}, reuse: "sector"},
	{uri: "urn:s:word", pref: "glaze pottery", kind: taxonomy.Skill, def: "Cover pottery with glaze.", alts: []string{"glaze potery"}, broader: []string{"urn:G:1"}},
	{uri: "urn:s:alt", pref: "cut timber", kind: taxonomy.Skill, def: "Cut boards to size.", alts: []string{"saw boards", "rip planks"}, broader: []string{"urn:g:wood"}},
	{uri: "urn:s:drift", pref: "Loomware Basic", kind: taxonomy.Knowledge, def: "The techniques of programming looms in Loomware Basic.", alts: []string{"Loomware Studio .NET"}, broader: []string{"urn:g:office"}},
	{uri: "urn:s:type", pref: "bookkeeping", kind: taxonomy.Skill, def: "The recording of payments.", broader: []string{"urn:g:office"}},
	{uri: "urn:s:move", pref: "groom horses", kind: taxonomy.Skill, def: "Brush and clean horses.", broader: []string{"urn:g:care"}},
	{uri: "urn:s:redef", pref: "pack parcels", kind: taxonomy.Skill, def: "Put goods into boxes or bags and seal them well with tape.", broader: []string{"urn:g:trade"}, reuse: "cross-sector"},
	{uri: "urn:s:write", pref: "write correspondence", kind: taxonomy.Skill, def: "Write letters and messages.", alts: []string{"Write letters by hand"}, broader: []string{"urn:g:office"}},
	{uri: "urn:s:nets", pref: "repair nets", kind: taxonomy.Skill, def: "Mend fishing nets.", broader: []string{"urn:g:sea"}},
	{uri: "urn:s:sails", pref: "repair sails", kind: taxonomy.Skill, def: "Mend sails.", broader: []string{"urn:g:sea"}},
	{uri: "urn:s:dep", pref: "caulk hulls with oakum", kind: taxonomy.Skill, def: "Make seams of hulls tight.", broader: []string{"urn:g:sea"}, gone: true, instead: []string{"urn:s:caulk"}},
	{uri: "urn:s:caulk", pref: "caulk hulls", kind: taxonomy.Skill, def: "Make seams of hulls tight.", broader: []string{"urn:g:sea"}},
	{uri: "urn:s:addr2", pref: "Steer by the stars", kind: taxonomy.Skill, def: "Navigate at night.", broader: []string{"urn:g:sea"}},
	{uri: "urn:s:fresh", pref: "print ceramics in three dimensions", kind: taxonomy.Skill, def: "Build objects of clay with a printer.", broader: []string{"urn:G:1"}},
	{uri: "urn:o:potter", pref: "potter", kind: taxonomy.Occupation, code: "73.2", def: "Potters make pots.", needs: []string{"urn:s:same", "urn:s:fresh"}},
}

// withSplit is old with a replacement that a source states for what is split.
func withSplit() []spec {
	out := append([]spec(nil), old...)
	for i := range out {
		if out[i].uri == "urn:s:split" {
			out[i].instead = []string{"urn:s:nets", "urn:s:sails"}
		}
	}
	return out
}

func openStore(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// put imports a release.
func put(t testing.TB, s *sqlite.Store, ref taxonomy.Ref, specs []spec) {
	t.Helper()
	rel := taxonomy.Release{Ref: ref, Format: "test", Digest: "sha256:" + ref.Version, Imported: time.Unix(0, 0)}
	err := s.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, x := range specs {
			c := &taxonomy.Concept{URI: taxonomy.URI(x.uri), Kind: x.kind, Code: x.code, Deprecated: x.gone, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: x.pref}}}
			for _, a := range x.alts {
				c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.AltLabel, Lang: "en", Text: a})
			}
			if x.def != "" {
				c.Notes = []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "en", Text: x.def}}
			}
			if x.reuse != "" {
				c.Properties = []taxonomy.Property{{Name: taxonomy.PropReuseLevel, Value: x.reuse}, {Name: "modifiedDate", Value: ref.Version}}
			}
			for _, u := range x.instead {
				c.ReplacedBy = append(c.ReplacedBy, taxonomy.URI(u))
			}
			if err := w.PutConcept(c); err != nil {
				return err
			}
		}
		for _, x := range specs {
			for _, b := range x.broader {
				if _, err := w.PutRelation(taxonomy.Relation{Subject: taxonomy.URI(x.uri), Predicate: taxonomy.Broader, Object: taxonomy.URI(b)}); err != nil {
					return err
				}
			}
			for _, n := range x.needs {
				if _, err := w.PutRelation(taxonomy.Relation{Subject: taxonomy.URI(n), Predicate: taxonomy.EssentialFor, Object: taxonomy.URI(x.uri)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func craft(t testing.TB) *sqlite.Store {
	t.Helper()
	s := openStore(t)
	put(t, s, v1, withSplit())
	put(t, s, v2, fresh)
	return s
}

func options(t testing.TB) releases.Options {
	t.Helper()
	v, err := table()
	if err != nil {
		t.Fatal(err)
	}
	return releases.Options{Table: v}
}

// shared returns a file of ../shared/data, or skips.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not here; this test reads real files from it")
	}
	return filepath.Join(append([]string{dir}, parts...)...)
}
