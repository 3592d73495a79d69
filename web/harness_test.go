package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"concord/alignment"
	"concord/alignment/vectors"
	"concord/data"
	"concord/importers"
	"concord/importers/source"
	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/web"
)

// weights are loaded once for all tests.
var weights = sync.OnceValues(func() (w struct {
	table   *vectors.Table
	ranker  *alignment.Ranker
	relator *alignment.Relator
}, err error) {
	if w.table, err = vectors.Load(data.Vectors); err != nil {
		return w, err
	}
	if w.ranker, err = alignment.LoadRanker(data.Ranker); err != nil {
		return w, err
	}
	w.relator, err = alignment.LoadRelator(data.Predicate)
	return w, err
})

// A site is a server over a store that holds the starter frameworks.
type site struct {
	t      *testing.T
	home   string
	store  *sqlite.Store
	config web.Config
	server *web.Server
	url    string
}

// starterSets are the starter frameworks: path in data.Starter, and release.
var starterSets = []struct{ path, as string }{
	{"starter/starter-skills.rsd.csv", "starter-skills@1"},
	{"starter/esco-layout", "starter-esco@1"},
	{"starter/onet-layout/db_1_0_text", "starter-onet@1"},
}

// newSite starts a server. change may alter its configuration.
func newSite(t *testing.T, change func(*web.Config)) *site {
	t.Helper()
	s := &site{t: t, home: t.TempDir()}
	var err error
	if s.store, err = sqlite.Open(filepath.Join(s.home, "concord.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	for _, set := range starterSets {
		s.load(set.path, set.as)
	}
	s.config = web.Config{Store: s.store, Version: "test", Home: s.home, Open: s.open}
	if change != nil {
		change(&s.config)
	}
	s.restart()
	return s
}

// restart starts a server over the same home; one before must be closed.
func (s *site) restart() {
	s.t.Helper()
	var err error
	if s.server, err = web.New(s.t.Context(), s.config); err != nil {
		s.t.Fatal(err)
	}
	server, srv := s.server, httptest.NewServer(s.server)
	s.url = srv.URL
	s.t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
		server.Close()
	})
}

// load imports and derives one release from the starter files.
func (s *site) load(path, as string) {
	s.t.Helper()
	dir := filepath.Join(s.home, "files")
	if err := os.CopyFS(dir, data.Starter); err != nil && !os.IsExist(err) {
		s.t.Fatal(err)
	}
	ref, err := taxonomy.ParseRef(as)
	if err != nil {
		s.t.Fatal(err)
	}
	set, err := source.Open([]string{filepath.Join(dir, path)})
	if err != nil {
		s.t.Fatal(err)
	}
	defer set.Close()
	plans, _, err := importers.Detect(set, importers.Options{As: ref})
	if err != nil {
		s.t.Fatal(err)
	}
	rel := plans[0].Release
	rel.Imported = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ctx := s.t.Context()
	if err := s.store.Import(ctx, rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		_, err := plans[0].Read(ctx, w, nil)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	w, err := weights()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := index.Build(ctx, filepath.Join(s.home, "index"), s.store, rel.Ref, nil); err != nil {
		s.t.Fatal(err)
	}
	if err := alignment.Build(ctx, filepath.Join(s.home, "alignment"), s.store, rel.Ref, w.table, nil); err != nil {
		s.t.Fatal(err)
	}
}

// open opens what is loaded, as concord serve does.
func (s *site) open(ctx context.Context) (*web.Opened, error) {
	w, err := weights()
	if err != nil {
		return nil, err
	}
	stale, err := alignment.Stale(ctx, filepath.Join(s.home, "alignment"), s.store, w.table)
	if err != nil || len(stale) > 0 {
		return nil, taxonomy.ErrNotFound
	}
	schemes, err := s.store.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	opened := &web.Opened{}
	var rels []*taxonomy.Release
	var refs []taxonomy.Ref
	for _, x := range schemes {
		for i := range x.Releases {
			rels, refs = append(rels, &x.Releases[i]), append(refs, x.Releases[i].Ref)
			opened.Releases = append(opened.Releases, x.Releases[i])
		}
	}
	if opened.Engine, err = alignment.Open(filepath.Join(s.home, "alignment"), "test", w.table, w.ranker, rels); err != nil {
		return nil, err
	}
	opened.Engine.Relator, opened.Table = w.relator, w.table
	opened.Index, err = index.Open(filepath.Join(s.home, "index"), refs)
	return opened, err
}

// An answered is a response that was read.
type answered struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; header holds "Name: value" lines.
func (s *site) ask(method, path, body string, header ...string) answered {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Add(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answered{res.StatusCode, res.Header, string(raw)}
}

// into decodes a JSON body.
func (a answered) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatalf("status %d: %v in %s", a.status, err, a.body)
	}
}

// code is the code of the problem in a body, or "".
func (a answered) code() string {
	var p web.Problem
	json.Unmarshal([]byte(a.body), &p)
	return p.Code
}

// key makes an API key and returns the header that carries it.
func (s *site) key(expires *time.Time, scopes ...web.Scope) string {
	s.t.Helper()
	_, token, err := web.CreateKey(s.t.Context(), s.store, web.Key{Owner: "Ada", Scopes: scopes, Expires: expires}, time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return "Authorization: Bearer " + token
}
