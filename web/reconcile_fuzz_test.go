package web

import (
	"errors"
	"testing"
)

// FuzzReconcile reads requests of both versions: what is wrong is the client's
// fault and says so, and what is taken keeps within its bounds.
func FuzzReconcile(f *testing.F) {
	for _, seed := range []string{
		`{"q0":{"query":"data","type":["skill"],"limit":3,"properties":[{"pid":"broader","v":["x",{"id":"y"},1,true]}],"type_strict":"should"}}`,
		`{"queries":[{"type":"skill","lang":"fr","conditions":[{"matchType":"name","propertyValue":"data"},{"matchType":"property","propertyId":"kind","propertyValue":{"id":"x"},"required":true,"matchQuantifier":"all"}]}]}`,
		`{"ids":["a"],"properties":[{"id":"altLabel","settings":{"limit":"5","lang":"*"}}]}`,
		`{"q":null}`, `[]`, `null`, ``, `{"queries":[null]}`, `{"ids":null,"properties":null}`, `{"q":{"query":"a","limit":1e999}}`,
	} {
		f.Add([]byte(seed))
	}
	s := &Server{cfg: Config{Limits: Limits{}.orDefaults()}}
	refused := func(t *testing.T, err error) {
		var p *Problem
		if err != nil && (!errors.As(err, &p) || p.Status < 400 || p.Status >= 500 || p.Detail == "") {
			t.Errorf("%v is no problem for people", err)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) ([]reconQuery, error){s.parseBatch, s.parseBatch1} {
			batch, err := parse(data)
			refused(t, err)
			if len(batch) > mostQueries {
				t.Errorf("%d queries", len(batch))
			}
			for _, q := range batch {
				if q.limit < 1 || q.limit > mostCandidates || len(q.conditions) > mostConditions {
					t.Errorf("out of bounds: %+v", q)
				}
				kindsOf(&q)
			}
		}
		q, err := s.parseExtend(data)
		refused(t, err)
		if err == nil {
			for _, ask := range q.Properties {
				if ask.ID == "" || ask.limit() < 0 {
					t.Errorf("out of bounds: %+v", ask)
				}
				ask.lang()
			}
		}
	})
}
