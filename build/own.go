package build

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNetClient is in the error about a plugin that uses the client or the server
// of net/http: it has no sockets, so every use fails when it runs.
var ErrNetClient = errors.New("a plugin has no sockets")

// allowNetwork is the comment, with a reason behind it, that lets a use of the
// network pass, as in "sluice vet".
const allowNetwork = "//sluice:allow network "

// netNames are the names of net/http that need sockets.
var netNames = strings.Fields("Get Head Post PostForm Client DefaultClient Transport DefaultTransport Server ListenAndServe ListenAndServeTLS Serve ServeTLS")

// ownFile is a source file of the plugin's own module that the build compiles.
type ownFile struct {
	path string
	set  *token.FileSet
	tree *ast.File
}

// ownFiles are those of the main package and of the packages of its module that
// it imports. What can't be read is left to the compiler.
func (b *builder) ownFiles() (files []ownFile) {
	root, name := moduleOf(b.tool.Module)
	seen := map[string]bool{}
	for todo := []string{b.Dir}; len(todo) > 0; todo = todo[1:] {
		dir := todo[0]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		bc := build.Default
		bc.GOOS, bc.GOARCH, bc.CgoEnabled, bc.Compiler = "wasip1", "wasm", false, "gc"
		pkg, err := bc.ImportDir(dir, 0)
		if err != nil {
			continue
		}
		for _, file := range pkg.GoFiles {
			f := ownFile{path: filepath.Join(nearest(dir), file), set: token.NewFileSet()}
			if f.tree, err = parser.ParseFile(f.set, filepath.Join(dir, file), nil, parser.ParseComments|parser.SkipObjectResolution); err == nil {
				files = append(files, f)
			}
		}
		for _, imported := range pkg.Imports {
			if rest, ok := strings.CutPrefix(imported, name+"/"); ok && name != "" && !isSDK(imported) {
				todo = append(todo, filepath.Join(root, filepath.FromSlash(rest)))
			}
		}
	}
	return files
}

// isSDK says whether a package is this project's, for plugins of its module.
func isSDK(path string) bool {
	return strings.HasPrefix(path, "github.com/sluiceproxy/sluice/sdk/")
}

// moduleOf returns the directory and the path of a go.mod file's module.
func moduleOf(file string) (root, name string) {
	f, err := os.Open(file)
	if err != nil {
		return "", ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) >= 2 && fields[0] == "module" {
			return filepath.Dir(file), strings.Trim(fields[1], "\"`")
		}
	}
	return "", ""
}

// uses calls found with the names that a file takes of a package whose path ends
// in last, and their places, until it returns false.
func (f *ownFile) uses(last string, found func(name, as string, at token.Position) bool) {
	as := map[string]bool{}
	for _, spec := range f.tree.Imports {
		full, err := strconv.Unquote(spec.Path.Value)
		if err != nil || full != last && !strings.HasSuffix(full, "/"+last) {
			continue
		}
		if spec.Name != nil {
			as[spec.Name.Name] = true
		} else {
			as[path.Base(full)] = true
		}
	}
	more := true
	ast.Inspect(f.tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !more {
			return more
		}
		if id, ok := sel.X.(*ast.Ident); ok && as[id.Name] {
			at := f.set.Position(sel.Pos())
			at.Filename = f.path
			more = found(sel.Sel.Name, id.Name+"."+sel.Sel.Name, at)
		}
		return more
	})
}

// allows reports whether a comment on the line, or the one before, lets a use of
// the network pass.
func (f *ownFile) allows(line int) bool {
	for _, group := range f.tree.Comments {
		for _, c := range group.List {
			at := f.set.Position(c.Pos()).Line
			if (at == line || at == line-1) && strings.HasPrefix(c.Text, allowNetwork) {
				return true
			}
		}
	}
	return false
}

// checkNetwork refuses a plugin that uses net/http's client or server.
func (b *builder) checkNetwork() (err error) {
	for _, f := range b.ownFiles() {
		f.uses("net/http", func(name, as string, at token.Position) bool {
			if slices.Contains(netNames, name) && !f.allows(at.Line) {
				err = fmt.Errorf("%s:%d: %w: %s fails in every gateway; use a cluster of the gateway, with wrapper.NewClusterClient or call.New, "+
					"or say why it is right with a comment %sREASON", at.Filename, at.Line, ErrNetClient, as, allowNetwork)
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// hostNames are the functions of the SDK behind host functions that not every
// gateway has, by the last element of their package.
var hostNames = map[string]map[string]string{
	"proxywasm": {
		"RedisInit": "proxy_redis_init", "DispatchRedisCall": "proxy_redis_call",
		"InjectEncodedDataToFilterChain": "proxy_inject_encoded_data_to_filter_chain",
		"GetUpstreamHosts":               "proxy_get_upstream_hosts", "SetUpstreamOverrideHost": "proxy_set_upstream_override_host",
	},
	"wrapper": {"RedisCall": "proxy_redis_call", "NewRedisClusterClient": "proxy_redis_call"},
}

// locate adds to the reasons for which a gateway refuses a module where in the
// plugin's source the host functions are called that it lacks.
func (b *builder) locate(err error) error {
	var refused *RefusedError
	if !errors.As(err, &refused) {
		return err
	}
	var places []string
	for _, f := range b.ownFiles() {
		places = append(places, f.hostCalls(refused.Target)...)
	}
	if len(places) > 0 {
		slices.Sort(places)
		return fmt.Errorf("%s: %w", strings.Join(slices.Compact(places), ", "), err)
	}
	return err
}

// hostCalls are the places in a file where host functions are called or imported
// that the target lacks.
func (f *ownFile) hostCalls(target Target) (places []string) {
	lacks := func(function string) bool {
		return target.Lacks(function) || target == Any && envAvailability(function, abi021) == nowhere
	}
	for pkg, names := range hostNames {
		f.uses(pkg, func(name, as string, at token.Position) bool {
			if function := names[name]; function != "" && lacks(function) {
				places = append(places, fmt.Sprintf("%s:%d: %s", at.Filename, at.Line, as))
			}
			return true
		})
	}
	for _, group := range f.tree.Comments {
		for _, c := range group.List {
			fields := strings.Fields(c.Text)
			if len(fields) == 3 && fields[0] == "//go:wasmimport" && fields[1] == moduleEnv && lacks(fields[2]) {
				places = append(places, fmt.Sprintf("%s:%d: %s", f.path, f.set.Position(c.Pos()).Line, c.Text))
			}
		}
	}
	return places
}
