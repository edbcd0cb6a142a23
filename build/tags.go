package build

import (
	"context"
	"strings"
)

// withTag adds a build tag to the arguments of "go build". The go command takes
// only the last -tags, and then none of GOFLAGS, so those that are there are
// kept.
func (b *builder) withTag(ctx context.Context, tag string, args []string) ([]string, error) {
	out, err := b.tool.Run(ctx, nil, "env", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	var tags []string
	for _, flag := range strings.Fields(string(out)) {
		tags = append(tags, tagList(flag)...)
	}
	kept := make([]string, 0, len(args)+1)
	for _, arg := range args {
		if found := tagList(arg); found != nil {
			tags = found // the go command's rule: these replace those of GOFLAGS
			continue
		}
		kept = append(kept, arg)
	}
	return append(kept, "-tags="+strings.Join(append(tags, tag), ",")), nil
}

// tagList returns the tags of a -tags=a,b or --tags=a,b flag, nil for any other.
func tagList(flag string) []string {
	list, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags=")
	if !ok {
		return nil
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}
