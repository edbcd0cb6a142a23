package bundle

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/origin"
)

// ErrUnsafe is in the error about a plugin that can't share a module: one that
// does not go through this SDK.
var ErrUnsafe = errors.New("can't be in a bundle")

// refuse says why a plugin can't share a module with others.
func (s *source) refuse() error {
	if !slices.ContainsFunc(s.others, isSDK) {
		return fmt.Errorf("%w: it does not use this SDK: bundled plugins import %s/sdk/… or Higress' Go SDK", ErrUnsafe, origin.Module)
	}
	for _, p := range slices.Concat(s.own, s.others) {
		if isSDK(p) {
			continue
		}
		if files := slices.Concat(p.CgoFiles, p.SFiles); len(files) > 0 && slices.Contains(s.own, p) {
			return fmt.Errorf("%s: %w: it is not Go alone", shown(filepath.Join(p.Dir, files[0])), ErrUnsafe)
		}
		for _, name := range p.GoFiles {
			if err := refuseFile(filepath.Join(p.Dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// isSDK reports whether a package belongs to this SDK, which all plugins share.
func isSDK(p *goPackage) bool {
	return slices.ContainsFunc([]string{origin.Module + "/sdk", compat.WrapperModule, compat.RawModule}, func(path string) bool {
		return p.ImportPath == path || strings.HasPrefix(p.ImportPath, path+"/")
	})
}

// refuseFile refuses a file that speaks to the gateway past the SDK: its host
// would not know which plugin it is.
func refuseFile(path string) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil //nolint:nilerr // the compiler says it better
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if why := pastSDK(c); why != "" {
				at := fset.Position(c.Pos())
				return fmt.Errorf("%s:%d: %w: %s", shown(at.Filename), at.Line, ErrUnsafe, why)
			}
		}
	}
	return nil
}

func pastSDK(c *ast.Comment) string {
	words := strings.Fields(c.Text)
	switch {
	case len(words) > 1 && words[0] == "//go:wasmexport":
		return "it exports " + words[1] + " itself, and a module has each callback once; let the SDK export it"
	case len(words) > 1 && words[0] == "//go:wasmimport" && words[1] == "env":
		return "it calls the gateway past the SDK, which could not tell it from the other plugins; call the SDK's function"
	}
	return ""
}
