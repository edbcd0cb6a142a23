package build

import (
	"context"
	"go/build"
	"os"
	"path/filepath"
	"strings"
)

// tagsLine begins a line of a plugin's main package that names build tags, such as
// those that leave parts of a library out:
//
//	//sluice:tags no_fs_access,tinygo
const tagsLine = "//sluice:tags "

// pluginTags are the tags that the plugin in dir asks for, as an argument of
// "go build"; none where it asks for none.
func pluginTags(dir string) []string {
	bc := build.Default
	bc.GOOS, bc.GOARCH, bc.CgoEnabled, bc.Compiler = "wasip1", "wasm", false, "gc"
	pkg, err := bc.ImportDir(dir, 0)
	if err != nil {
		return nil // the compiler says it better
	}
	var tags []string
	for _, name := range pkg.GoFiles {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if list, ok := strings.CutPrefix(line, tagsLine); ok {
				tags = append(tags, strings.TrimSpace(list))
			}
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return []string{"-tags=" + strings.Join(tags, ",")}
}

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
