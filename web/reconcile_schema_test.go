package web_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"concord/web"
)

// specs returns the folder of the reconciliation specifications, or skips.
func specs(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "shared", "data", "reconciliation", "specs"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the schemas of the reconciliation API are not there (../shared/data/reconciliation)")
	}
	return dir
}

// schemas compiles the schemas of a version. They are of draft 7 and name each
// other by the addresses they are published at.
func schemas(t *testing.T, dir string) func(name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	files, err := filepath.Glob(filepath.Join(dir, "schemas", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas in %s (%v)", dir, err)
	}
	ids := map[string]string{}
	add := func(file, id string) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		o := v.(map[string]any)
		delete(o, "$schema") // "schema#" means whatever is newest; these are of draft 7
		if id == "" {
			id, _ = o["$id"].(string)
		}
		o["$id"] = id
		name := filepath.Base(file)
		if ids[name] == "" {
			ids[name] = id
			if err := c.AddResource(id, o); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
	}
	for _, f := range files {
		// Two files may state one $id: each is known by where it lies.
		id := "https://reconciliation-api.github.io/specs/" + strings.TrimPrefix(strings.ReplaceAll(filepath.Base(filepath.Dir(filepath.Dir(f))), "1.0-draft", "draft"), "/") + "/schemas/" + filepath.Base(f)
		if filepath.Base(f) == "openapi.json" {
			id = "http://swagger.io/v2/schema.json"
		}
		add(f, id)
	}
	return func(name string) *jsonschema.Schema {
		s, err := c.Compile(ids[name+".json"])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return s
	}
}

// TestReconcileSchemas holds what the live service answers against the schemas
// of its version, and asks it everything that the specification has an example of.
func TestReconcileSchemas(t *testing.T) {
	dir := specs(t)
	s := newSite(t, nil)
	locked := newSite(t, func(c *web.Config) { c.Access.RequireKey = true })
	key := locked.key(nil, web.ScopeRead)
	const root = "/reconcile/starter-esco"
	id := url.QueryEscape(starter + "skill/query-relational-data")
	const jsonType = "Content-Type: application/json"
	batch := `{"q0":{"query":"query relational data","type":"skill","limit":3,"properties":[{"pid":"broader","v":["data",{"id":"x"}]},{"pid":"deprecated","v":false},{"pid":"notation","v":7}],"type_strict":"should"},"q1":{"query":"zzzz"}}`
	batch1 := `{"queries":[{"conditions":[{"matchType":"name","propertyValue":"query relational data"}]},{"conditions":[{"matchType":"id","propertyValue":"zzzz"}]}]}`
	extend := `{"ids":["` + starter + `skill/query-relational-data","nowhere"],"properties":[{"id":"prefLabel","settings":{"lang":"*"}},{"id":"altLabel"},{"id":"definition"},{"id":"notation"},{"id":"broader","settings":{"limit":1}},{"id":"kind"},{"id":"nothing"}]}`
	live := map[string][]struct{ schema, method, path, body, media string }{
		"0.2": {
			{"manifest", "GET", "", "", "X: y"},
			{"manifest", "GET", "?version=0.2", "", "X: y"},
			{"reconciliation-result-batch", "POST", "", "queries=" + url.QueryEscape(batch), formType},
			{"reconciliation-result-batch", "GET", "?queries=" + url.QueryEscape(batch), "", "X: y"},
			{"data-extension-response", "POST", "", "extend=" + url.QueryEscape(extend), formType},
		},
		"1.0-draft": {
			{"manifest", "GET", "?version=1.0-draft", "", "X: y"},
			{"manifest", "GET", "", "", "Accept: application/json; version=1.0-draft"},
			{"reconciliation-result-batch", "POST", "", batch1, jsonType},
			{"reconciliation-result-batch", "POST", "/reconcile", batch1, jsonType},
			{"data-extension-response", "POST", "", extend, jsonType},
			{"data-extension-response", "POST", "/extend", extend, jsonType},
		},
	}
	for _, version := range []string{"0.2", "1.0-draft"} {
		schema := schemas(t, filepath.Join(dir, version))
		check := func(name, body string) {
			t.Helper()
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
			if err == nil {
				err = schema(name).Validate(v)
			}
			if err != nil {
				t.Errorf("%s %s: %v\n%s", version, name, err, body)
			}
		}
		for _, what := range []struct{ schema, path string }{
			{"suggest-entities-response", "/suggest/entity?prefix=query"}, {"suggest-types-response", "/suggest/type?prefix=s"}, {"suggest-properties-response", "/suggest/property?prefix="},
			{"data-extension-property-proposal", "/extend/propose?type=skill&limit=3"}, {"data-extension-property-proposal", "/extend/propose"},
		} {
			live[version] = append(live[version], struct{ schema, method, path, body, media string }{what.schema, "GET", what.path, "", "X: y"})
		}
		for _, x := range live[version] {
			got := s.ask(x.method, root+x.path, x.body, x.media)
			if got.status != 200 {
				t.Errorf("%s %s%s: %d %s", version, x.method, x.path, got.status, got.body)
				continue
			}
			check(x.schema, got.body)
		}
		got := locked.ask("GET", root+"?version="+version, "", key)
		check("manifest", got.body)
		if !strings.Contains(got.body, `"authentication"`) {
			t.Errorf("%s: a locked server does not say so: %s", version, got.body)
		}

		// What the specification shows of requests: ours to answer, or to refuse.
		asked := 0
		for _, kind := range []string{"reconciliation-query-batch", "data-extension-query"} {
			files, _ := filepath.Glob(filepath.Join(dir, version, "examples", kind, "*", "*.json"))
			for _, f := range files {
				raw, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				var body, media, answer string
				switch {
				case version != "0.2":
					body, media = string(raw), jsonType
				case kind == "data-extension-query":
					body, media = "extend="+url.QueryEscape(string(raw)), formType
				default:
					body, media = "queries="+url.QueryEscape(string(raw)), formType
				}
				answer = map[string]string{"reconciliation-query-batch": "reconciliation-result-batch", "data-extension-query": "data-extension-response"}[kind]
				got := s.ask("POST", root, body, media)
				asked++
				if valid := filepath.Base(filepath.Dir(f)) == "valid"; !valid {
					if got.status < 400 || got.status >= 500 || got.code() == "" {
						t.Errorf("%s: %d %s", f, got.status, got.body)
					}
				} else if got.status != 200 {
					t.Errorf("%s: %d %s", f, got.status, got.body)
				} else {
					check(answer, got.body)
				}
			}
		}
		if asked < 9 {
			t.Errorf("%s: only %d examples", version, asked)
		}
		// The schemas find fault where there is some, or this test says nothing.
		files, _ := filepath.Glob(filepath.Join(dir, version, "examples", "*", "invalid", "*.json"))
		for _, f := range files {
			kind := filepath.Base(filepath.Dir(filepath.Dir(f)))
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema(kind).Validate(v); err == nil {
				t.Errorf("%s passes", f)
			}
		}
		t.Logf("%s: %d live answers, %d examples of requests, %d schemas that find fault", version, len(live[version])+1, asked, len(files))
	}
	// A flyout has no schema: it has an id and HTML, as the example.
	example, err := os.ReadFile(filepath.Join(dir, "0.2", "examples", "flyout-response", "valid", "example.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, have map[string]any
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/flyout/entity?id=" + id, "/flyout/type?id=skill", "/flyout/property?id=broader"} {
		have = nil
		s.ask("GET", root+path, "").into(t, &have)
		if !slices.Equal(keysOf(have), keysOf(want)) {
			t.Errorf("%s: %v", path, have)
		}
	}
}

func keysOf(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
