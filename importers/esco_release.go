package importers

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// escoVersions finds a release number in the name of an archive or folder:
// "esco-1.1.0-en.zip", "ESCO dataset - v1.1.0 - classification - en - csv",
// "v1_2_0"; never the 26 of "26-languages" nor a date.
var escoVersions = regexp.MustCompile(`(?:^|[^0-9.])([1-9]\.[0-9]{1,2}(?:\.[0-9]{1,2})?)(?:$|[^0-9.]|\.[^0-9])|v([1-9]_[0-9]{1,2}(?:_[0-9]{1,2})?)(?:$|[^0-9])`)

// escoVersion returns the release number in name with all three of its parts,
// or "".
func escoVersion(name string) string {
	m := escoVersions.FindStringSubmatch(strings.ToLower(name))
	if m == nil {
		return ""
	}
	version := strings.ReplaceAll(m[1]+m[2], "_", ".")
	if strings.Count(version, ".") == 1 {
		version += ".0"
	}
	return version
}

func groupESCO(in []*input) ([]group, error) {
	return groupByVersion("esco", in, func(x *input) string { return versionInPath(x, escoVersion) })
}

// versionInPath asks version about the name of in and those of the folders
// and archives it is in, the innermost first.
func versionInPath(in *input, version func(string) string) string {
	parts := strings.Split(path.Join(in.Folder, in.Path), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if v := version(parts[i]); v != "" {
			return v
		}
	}
	return ""
}

// groupByVersion makes one group of the files of each version, in the order of
// first files. Files whose version cannot be told belong to the only one there
// is; among several they are an Error. With --as all files are one group.
func groupByVersion(scheme string, in []*input, versionOf func(*input) string) ([]group, error) {
	var groups []group
	var blank []*input
	at := map[string]int{}
	for _, x := range in {
		v := versionOf(x)
		if v == "" {
			blank = append(blank, x)
			continue
		}
		i, ok := at[v]
		if !ok {
			i = len(groups)
			at[v] = i
			groups = append(groups, group{ref: taxonomy.Ref{Scheme: scheme, Version: v}})
		}
		groups[i].in = append(groups[i].in, x)
	}
	as := in[0].opt.As
	switch {
	case len(groups) < 2:
		g := group{ref: taxonomy.Ref{Scheme: scheme}, in: in}
		if len(groups) == 1 {
			g.ref = groups[0].ref
		}
		groups = []group{g}
	case as.Scheme != "" && as.Version == "":
		return nil, &source.Error{File: groups[1].in[0].Path, Text: fmt.Sprintf("is of release %s, but %s is of %s; with --as they become one release, so say which: --as %s@VERSION", groups[1].ref.Version, groups[0].in[0].Path, groups[0].ref.Version, as.Scheme)}
	case as.Scheme != "":
		groups = []group{{ref: as, in: in}}
	case len(blank) > 0:
		return nil, &source.Error{File: blank[0].Path, Text: fmt.Sprintf("does not tell whether it is of release %s or %s, which are imported with it; import it by itself with --as %s@VERSION", groups[0].ref.Version, groups[1].ref.Version, scheme)}
	}
	for i := range groups {
		kept, err := distinct(groups[i].in)
		if err != nil {
			return nil, err
		}
		groups[i].in = kept
	}
	return groups, nil
}
