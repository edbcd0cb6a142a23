// Package origin finds out where a plugin gets the SDK from: the version that
// the running program was installed as, or the checkout it was built in.
package origin

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
)

// Module is the path of the module that the SDK is in.
const Module = "github.com/sluiceproxy/sluice"

// SDK says where a plugin gets the SDK from: a released version, or a checkout
// of the sources. One of the two is set.
type SDK struct {
	// Version is a version of the module, such as "v0.3.0".
	Version string
	// Dir is the absolute path of a checkout.
	Dir string
}

// String is the version or the directory.
func (s SDK) String() string {
	if s.Dir != "" {
		return s.Dir
	}
	return s.Version
}

var versionRule = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

// Parse reads a version, or the path of a checkout.
func Parse(text string) (SDK, error) {
	if versionRule.MatchString(text) {
		return SDK{Version: text}, nil
	}
	dir, err := filepath.Abs(text)
	if err != nil {
		return SDK{}, err
	}
	if !isCheckout(dir) {
		return SDK{}, fmt.Errorf("SDK %q is neither a version, such as v0.3.0, nor a checkout of %s", text, Module)
	}
	return SDK{Dir: dir}, nil
}

// Find finds the SDK that belongs to the running program. A program that
// was installed as a version of the module names that version. One that was
// built in a checkout names the checkout: the one around the current directory,
// the one whose sources it was compiled from, or the one around its own file.
func Find() (SDK, error) {
	info, _ := debug.ReadBuildInfo()
	var candidates []string
	if cwd, err := os.Getwd(); err == nil {
		candidates = append(candidates, cwd)
	}
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		candidates = append(candidates, filepath.Dir(file))
	}
	if exe, err := os.Executable(); err == nil {
		candidates = append(candidates, filepath.Dir(exe))
	}
	return find(info, candidates)
}

func find(info *debug.BuildInfo, candidates []string) (SDK, error) {
	if v := released(info); v != "" {
		return SDK{Version: v}, nil
	}
	for _, dir := range candidates {
		if root := checkoutAround(dir); root != "" {
			return SDK{Dir: root}, nil
		}
	}
	return SDK{}, fmt.Errorf("can't tell which version of %s belongs to this program; name one, or the directory of a checkout", Module)
}

// released is the version that a program was installed as. A build in a
// checkout has a version too, derived from its commit, but no checksum.
func released(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	modules := append([]*debug.Module{&info.Main}, info.Deps...)
	for _, m := range modules {
		if m.Path == Module && m.Replace == nil && m.Sum != "" && versionRule.MatchString(m.Version) {
			return m.Version
		}
	}
	return ""
}

// checkoutAround is the root of the checkout that a directory lies in, or empty.
func checkoutAround(dir string) string {
	for {
		if isCheckout(dir) {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// isCheckout says whether the directory's go.mod is that of the SDK.
func isCheckout(dir string) bool {
	f, err := os.Open(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "module "); ok {
			return strings.TrimSpace(name) == Module
		}
	}
	return false
}
