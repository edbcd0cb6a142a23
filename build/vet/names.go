package vet

import (
	"go/types"
	"path"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/origin"
)

// isSDK says whether a package is one of the SDK's, or of the modules that
// stand in for Higress' SDKs.
func isSDK(importPath string) bool {
	return within(importPath, origin.Module+"/sdk") || within(importPath, compat.WrapperModule) ||
		within(importPath, compat.RawModule)
}

func within(importPath, module string) bool {
	return importPath == module || strings.HasPrefix(importPath, module+"/")
}

// nameOf is a function's name with its package: the whole path of those of the
// standard library, the last element for the SDK, under whatever path it was
// imported. A method has its type before its name: "net/http.Client.Do",
// "wrapper.HttpClient.Get".
func nameOf(f *types.Func) string {
	if f == nil || f.Pkg() == nil {
		return ""
	}
	pkg := f.Pkg().Path()
	if isSDK(pkg) {
		pkg = path.Base(pkg)
	}
	if r := f.Signature().Recv(); r != nil {
		if n := namedOf(r.Type()); n != nil {
			return pkg + "." + n.Obj().Name() + "." + f.Name()
		}
		return pkg + ".." + f.Name()
	}
	return pkg + "." + f.Name()
}

// namedOf is the named type behind a pointer or an alias, nil for others.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

func isNamed(t types.Type, pkg, name string) bool {
	n := namedOf(t)
	return n != nil && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg
}

func sdkFunc(f *types.Func) bool { return f != nil && f.Pkg() != nil && isSDK(f.Pkg().Path()) }

// isCallout says whether a function of the SDK sends a call and takes a
// callback for its answer.
func isCallout(f *types.Func) bool {
	if !sdkFunc(f) || path.Base(f.Pkg().Path()) == "call" || !returnsError(f.Signature()) {
		return false
	}
	recv := f.Signature().Recv()
	params := f.Signature().Params()
	for i := range params.Len() {
		t := params.At(i).Type()
		if _, generic := t.(*types.TypeParam); generic { // a client of callbacks of one type
			return recv != nil && strings.Contains(nameOf(f), "Client")
		}
		if n := namedOf(t); n != nil && strings.HasSuffix(n.Obj().Name(), "Callback") {
			return true
		}
		if _, ok := t.Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}

func returnsError(s *types.Signature) bool {
	n := s.Results().Len()
	return n > 0 && types.Identical(s.Results().At(n-1).Type(), types.Universe.Lookup("error").Type())
}

// isStraight says whether a function of the SDK waits in a straight-line
// handler.
func isStraight(f *types.Func) bool {
	if !sdkFunc(f) || path.Base(f.Pkg().Path()) != "call" {
		return false
	}
	params := f.Signature().Params()
	return params.Len() > 0 && isNamed(params.At(0).Type(), "context", "Context")
}

// straightRoots are functions of the SDK whose callbacks may wait.
var straightRoots = []string{"wrapper.HandleRequestHeaders", "wrapper.HandleRequestBody",
	"wrapper.HandleResponseHeaders", "wrapper.HandleResponseBody", "wrapper.HandleTick", "call.Join"}

// startRoots are those whose callbacks run before there are requests.
var startRoots = []string{"wrapper.PrePluginStartOrReload", "proxywasm.SetVMContext",
	"proxywasm.SetPluginContext"}

// inPlace are those that run their callback before they return.
var inPlace = []string{"call.Update"}

// rootMode is how the functions run that are given to a function of the SDK.
func rootMode(name string) mode {
	switch {
	case slices.Contains(straightRoots, name):
		return straight
	case slices.Contains(startRoots, name), strings.HasPrefix(name, "wrapper.Parse"):
		return start
	case strings.HasPrefix(name, "wrapper."), strings.HasPrefix(name, "proxywasm."):
		return callback
	default:
		return callback | straight // a style that the rules about them don't know
	}
}

// methodMode is how a method of an interface of the SDK runs.
func methodMode(pkg, method string) mode {
	switch {
	case method == "OnPluginStart", method == "OnVMStart", path.Base(pkg) == "config", path.Base(pkg) == "spec":
		return start
	case path.Base(pkg) == "types", path.Base(pkg) == "wrapper", path.Base(pkg) == "iface":
		return callback
	default:
		return callback | straight
	}
}

// settles says whether a function of the SDK lets a paused stream go on, ends
// it, or makes a call whose answer can do that.
func settles(f *types.Func) bool {
	if !sdkFunc(f) {
		return false
	}
	name := f.Name()
	switch path.Base(f.Pkg().Path()) {
	case "proxywasm":
		for _, prefix := range []string{"Resume", "SendHttpResponse", "ContinueTcp", "Close", "InjectEncoded", "Dispatch", "CallForeign", "ResumedElsewhere"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		return false
	default:
		return isCallout(f) || isStraight(f)
	}
}
