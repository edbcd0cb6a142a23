package build

import (
	"context"
	"strings"
)

// withTag adds a build tag to the arguments of "go build", or none where it is
// empty. The go command takes only the last -tags, and then none of GOFLAGS, so
// those that are there are kept.
func (b *builder) withTag(ctx context.Context, tag string, args []string) ([]string, error) {
	var own []string
	kept := make([]string, 0, len(args)+1)
	for _, arg := range args {
		if found := tagList(arg); found != nil {
			own = append(own, found...)
			continue
		}
		kept = append(kept, arg)
	}
	if tag != "" {
		own = append(own, tag)
	}
	if len(own) == 0 {
		return kept, nil
	}
	out, err := b.tool.Run(ctx, nil, "env", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	var tags []string
	for _, flag := range strings.Fields(string(out)) {
		tags = append(tags, tagList(flag)...)
	}
	return append(kept, "-tags="+strings.Join(append(tags, own...), ",")), nil
}

// tagList returns the tags of a -tags=a,b or --tags=a,b flag, nil for any other.
func tagList(flag string) []string {
	list, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags=")
	if !ok {
		return nil
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}
