package compat

import (
	"context"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// leanTag is a build tag of the replacements and the package that it keeps out,
// which only matters to plugins that import it themselves.
type leanTag struct{ tag, without string }

var leanTagsOf = [...]leanTag{
	{"sluice_no_nethttp", "net/http"},
	{"sluice_no_resp", "github.com/tidwall/resp"},
}

// leanTags returns the flag with the tags that the plugin can be built with. A
// plugin that can't be listed is built without: the compiler says why.
func leanTags(ctx context.Context, tool *gotool.Tool, args []string) []string {
	var tags []string
	for _, t := range leanTagsOf {
		tags = append(tags, t.tag)
	}
	list := append([]string{"list"}, args...)
	out, err := tool.Run(ctx, []string{"GOOS=wasip1", "GOARCH=wasm"}, append(list, "-tags="+strings.Join(tags, ","), "-deps", ".")...)
	if err != nil {
		return nil
	}
	packages := strings.Fields(string(out))
	tags = tags[:0]
	for _, t := range leanTagsOf {
		if !slices.Contains(packages, t.without) {
			tags = append(tags, t.tag)
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return []string{"-tags=" + strings.Join(tags, ",")}
}
