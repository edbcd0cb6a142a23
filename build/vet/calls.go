package vet

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// names are functions by package: each entry is "package: name name …", where
// a name that ends with "*" stands for all that begin so.
type names []string

func (list names) has(name string) bool {
	for _, entry := range list {
		pkg, all, _ := strings.Cut(entry, ": ")
		rest, ok := strings.CutPrefix(name, pkg+".")
		if !ok {
			continue
		}
		for _, one := range strings.Fields(all) {
			if prefix, ok := strings.CutSuffix(one, "*"); ok && strings.HasPrefix(rest, prefix) || rest == one {
				return true
			}
		}
	}
	return false
}

// exits are functions that would end a process.
func exits(name string) bool {
	return names{"os: Exit", "syscall: Exit", "runtime: Goexit", "log: Fatal* Logger.Fatal*"}.has(name)
}

// network are functions that need sockets.
func network(name string) bool {
	return names{
		"net: Dial* Listen* Lookup* Resolve* Dialer.* Resolver.* ListenConfig.* FileConn FileListener Interfaces InterfaceAddrs",
		"net/http: Get Head Post PostForm ListenAndServe* Serve* Client.Do Client.Get Client.Head Client.Post* " +
			"Server.ListenAndServe* Server.Serve* Transport.RoundTrip",
		"crypto/tls: Dial* Listen Dialer.*",
		"net/rpc: Dial*", "net/smtp: Dial SendMail",
	}.has(name)
}

// processes are functions that deal with the operating system's processes.
func processes(name string) bool {
	return names{"os/exec: Command* Cmd.* LookPath", "os: StartProcess FindProcess Process.*", "plugin: Open",
		"os/signal: Notify*", "syscall: Exec ForkExec Kill StartProcess"}.has(name)
}

// files are functions that need a file system.
func files(name string) bool {
	return names{
		"os: Open* Create* ReadFile WriteFile ReadDir Mkdir* Remove* Rename Stat Lstat Chdir Chmod Chown Chtimes " +
			"Symlink Link Readlink Truncate DirFS CopyFS Getwd",
		"io/ioutil: ReadFile WriteFile ReadDir TempFile TempDir",
		"path/filepath: Walk* Glob EvalSymlinks",
		"text/template: ParseFiles ParseGlob Template.ParseFiles Template.ParseGlob",
		"html/template: ParseFiles ParseGlob Template.ParseFiles Template.ParseGlob",
		"crypto/tls: LoadX509KeyPair", "syscall: Open Mkdir Unlink",
	}.has(name)
}

// timers are functions that wait, or let something run later.
func timers(name string) bool {
	return names{"time: Sleep After AfterFunc Tick NewTicker NewTimer"}.has(name)
}

// checkCalls finds calls, and uses as values, of functions by name.
func checkCalls(bad func(name string) bool) func(*program) {
	return func(p *program) {
		p.uses(func(n *node, at ast.Expr, f *types.Func) {
			if n.modes != 0 && bad(nameOf(f)) {
				p.found(at.Pos(), short(f)+" "+n.when())
			}
		})
	}
}

// uses visits each place that names a function.
func (p *program) uses(visit func(n *node, at ast.Expr, f *types.Func)) {
	for _, n := range p.nodes {
		selected := map[*ast.Ident]bool{}
		inspect(n.body, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.SelectorExpr:
				selected[x.Sel] = true
				if f := p.funcOf(x); f != nil {
					visit(n, x, f)
				}
			case *ast.Ident:
				if f := p.funcOf(x); f != nil && !selected[x] {
					visit(n, x, f)
				}
			}
			return true
		})
	}
}

// short is a function's name as one writes it: "os.Exit", "http.Client.Do".
func short(f *types.Func) string {
	name := nameOf(f)
	return name[strings.LastIndex(name, "/")+1:]
}

// when says in words how a function is run.
func (n *node) when() string {
	switch {
	case n.modes&straight != 0:
		return "in a straight-line handler"
	case n.modes&callback != 0:
		return "in a callback"
	case n.modes&start != 0:
		return "while the plugin starts"
	default:
		return "in a goroutine of the plugin"
	}
}

func checkExits(p *program) {
	p.uses(func(n *node, at ast.Expr, f *types.Func) {
		switch {
		case n.modes == 0 || !exits(nameOf(f)):
		case nameOf(f) == "runtime.Goexit":
			p.found(at.Pos(), short(f)+" "+n.when(), "in a callback it ends the VM, with every request in it; in a straight-line handler it counts as a panic")
		default:
			p.found(at.Pos(), short(f)+" "+n.when())
		}
	})
}

func checkTimers(p *program) {
	p.uses(func(n *node, at ast.Expr, f *types.Func) {
		if n.modes == 0 || !timers(nameOf(f)) {
			return
		}
		if nameOf(f) == "time.AfterFunc" || n.modes&onThread == 0 && nameOf(f) != "time.Sleep" {
			p.found(at.Pos(), short(f)+" "+n.when(), "a timer fires only while some callback runs: late, and in the middle of another request")
			return
		}
		p.found(at.Pos(), short(f)+" "+n.when())
	})
}

func checkFiles(p *program) {
	checkCalls(files)(p)
	p.eachCall(func(n *node, call *ast.CallExpr, f *types.Func) {
		if n.modes == 0 || nameOf(f) != "time.LoadLocation" || len(call.Args) != 1 || p.hasZones(n.pkg) {
			return
		}
		if v := p.info.Types[call.Args[0]].Value; v != nil && v.Kind() == constant.String {
			if name := constant.StringVal(v); name == "" || name == "UTC" || name == "Local" {
				return
			}
		}
		p.found(call.Pos(), "time.LoadLocation without time/tzdata",
			"the list of time zones is a file: every name but UTC and Local is \"unknown time zone\"")
	})
}

// hasZones says whether a plugin that the package belongs to brings the time
// zones along.
func (p *program) hasZones(pkg *types.Package) bool {
	return slices.ContainsFunc(p.packages, func(s *source) bool {
		return s.Name == "main" && (s.types == pkg || slices.Contains(s.Deps, pkg.Path())) && slices.Contains(s.Deps, "time/tzdata")
	})
}

// eachCall visits each call of a known function.
func (p *program) eachCall(visit func(n *node, call *ast.CallExpr, f *types.Func)) {
	for _, n := range p.nodes {
		inspect(n.body, func(x ast.Node) bool {
			if call, ok := x.(*ast.CallExpr); ok {
				if f := p.callee(call); f != nil {
					visit(n, call, f)
				}
			}
			return true
		})
	}
}
