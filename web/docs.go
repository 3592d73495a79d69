package web

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var docsPage = template.Must(template.ParseFS(assets, "templates/docs.html"))

// A docsOperation is one route on the reference page.
type docsOperation struct {
	Method, Path, ID, Summary, Description string
	Params                                 []*huma.Param
	Bodies, Answers                        []string
}

// A docsGroup is the routes of a tag.
type docsGroup struct {
	Tag        string
	Operations []docsOperation
}

// docsRoutes serves the reference page, made from the OpenAPI document.
func (s *Server) docsRoutes() {
	s.router.HandleFunc("/docs", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := docsPage.Execute(w, map[string]any{"API": s.API(), "Groups": docsGroups(s.API()), "Codes": problemList()}); err != nil {
			s.cfg.Log.ErrorContext(r.Context(), "the reference page", "error", err)
		}
	}).Methods(http.MethodGet)
}

func docsGroups(api *huma.OpenAPI) []docsGroup {
	var groups []docsGroup
	var paths []string
	for p := range api.Paths {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		item := api.Paths[p]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			tag := "other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			d := docsOperation{Method: op.Method, Path: p, ID: op.OperationID, Summary: op.Summary, Description: op.Description, Params: op.Parameters}
			if op.RequestBody != nil {
				for media := range op.RequestBody.Content {
					d.Bodies = append(d.Bodies, media)
				}
				slices.Sort(d.Bodies)
			}
			for status, answer := range op.Responses {
				d.Answers = append(d.Answers, strings.TrimSpace(status+" "+answer.Description))
			}
			slices.Sort(d.Answers)
			i := slices.IndexFunc(groups, func(g docsGroup) bool { return g.Tag == tag })
			if i < 0 {
				groups, i = append(groups, docsGroup{Tag: tag}), len(groups)
			}
			groups[i].Operations = append(groups[i].Operations, d)
		}
	}
	slices.SortFunc(groups, func(a, b docsGroup) int { return strings.Compare(a.Tag, b.Tag) })
	return groups
}

// problemList is the codes of problems with their statuses, by code.
func problemList() []Problem {
	var list []Problem
	for status, code := range problemCodes {
		list = append(list, *problem(status, code, ""))
	}
	slices.SortFunc(list, func(a, b Problem) int { return strings.Compare(a.Code, b.Code) })
	return list
}
