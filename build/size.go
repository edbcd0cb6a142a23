package build

import (
	"compress/gzip"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// SizeReport says what a module's bytes are, and which packages brought them.
// Its JSON form is what "sluice inspect --size --output json" prints.
type SizeReport struct {
	// Size counts the file's bytes, Gzip those that an image layer would have.
	Size int `json:"size"`
	Gzip int `json:"gzip"`
	// Code counts the bytes of functions, which gateways compile before they
	// serve.
	Code int `json:"code"`
	// Packages are those that brought functions, the largest first.
	Packages []PackageSize `json:"packages"`
	// Sections are the parts of the file, in order. What a package brings in
	// data, the file doesn't tell.
	Sections []Section `json:"sections"`
}

// PackageSize is what one package brought.
type PackageSize struct {
	// Package is its import path; "(generated)" for functions that the compiler
	// made of types, "(unknown)" for those without a name.
	Package string `json:"package"`
	// Functions counts its functions, Size their bytes, and Gzip what these
	// compress to.
	Functions int `json:"functions"`
	Size      int `json:"size"`
	Gzip      int `json:"gzip"`
	// Chain are the packages through which it was dragged in, from the one that
	// calls it to the plugin's own: a shortest one, by direct calls. It is empty
	// where the file doesn't tell.
	Chain []string `json:"chain"`
}

// Sizes says which package brought how much of a module. Names are those that Go
// keeps for stack traces, which stripping doesn't remove, or those of the custom
// section "name". The error is about a file that is no module, or a broken one.
func Sizes(code []byte) (*SizeReport, error) {
	m, err := wasm.Decode(code)
	if err != nil {
		return nil, err
	}
	c := census{byName: map[string]*packageCount{}}
	if err := c.count(m); err != nil {
		return nil, err
	}
	report := &Report{}
	if err := measure(report, m, code); err != nil {
		return nil, err
	}
	r := &SizeReport{Size: len(code), Gzip: report.Gzip, Sections: report.Sections, Packages: []PackageSize{}}
	for _, p := range c.byName {
		if err := p.zip.Close(); err != nil {
			return nil, err
		}
		p.Gzip, p.Chain = int(p.zipped), nonNil(c.chain(p.Package))
		r.Packages = append(r.Packages, p.PackageSize)
		r.Code += p.Size
	}
	slices.SortFunc(r.Packages, func(a, b PackageSize) int {
		if a.Size != b.Size {
			return b.Size - a.Size
		}
		return strings.Compare(a.Package, b.Package)
	})
	return r, nil
}

const (
	packageUnknown   = "(unknown)"
	packageGenerated = "(generated)"
	packageMain      = "main"
)

// packageOf returns the import path in the name of one of Go's functions.
func packageOf(name string) string {
	switch {
	case name == "":
		return packageUnknown
	case strings.HasPrefix(name, "type:"), strings.HasPrefix(name, "go:"):
		return packageGenerated
	}
	name, _, _ = strings.Cut(name, "[") // type arguments have paths too
	slash := strings.LastIndexByte(name, '/') + 1
	last, _, found := strings.Cut(name[slash:], ".")
	if !found {
		return packageGenerated // assembly, or the linker's own
	}
	return name[:slash] + strings.ReplaceAll(last, "%2e", ".")
}

// census adds up functions by package, and notes which package calls which.
type census struct {
	byName map[string]*packageCount
	caller map[string]string // by package: the next one on the way to main
}

type packageCount struct {
	PackageSize
	calls  map[string]bool
	zip    *gzip.Writer
	zipped counter
}

func (c *census) count(m *wasm.Module) error {
	functions, err := m.Functions()
	if err != nil {
		return err
	}
	names := map[uint32]string{}
	for _, f := range functions {
		names[f.Index] = packageOf(f.Name)
	}
	var failed error
	err = m.Bodies(func(f wasm.Function, body []byte, calls []uint32) {
		p := c.of(names[f.Index])
		p.Functions++
		p.Size += f.Size
		if _, err := p.zip.Write(body); err != nil {
			failed = err
		}
		for _, to := range calls {
			if name, ok := names[to]; ok {
				p.calls[name] = true
			}
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return fmt.Errorf("add up the functions: %w", err)
	}
	c.trace()
	return nil
}

func (c *census) of(name string) *packageCount {
	p := c.byName[name]
	if p == nil {
		p = &packageCount{PackageSize: PackageSize{Package: name}, calls: map[string]bool{}}
		p.zip = gzip.NewWriter(&p.zipped)
		c.byName[name] = p
	}
	return p
}

// trace finds a shortest way from the plugin's own package to each other one.
func (c *census) trace() {
	c.caller = map[string]string{packageMain: ""}
	for todo := []string{packageMain}; len(todo) > 0; todo = todo[1:] {
		p := c.byName[todo[0]]
		if p == nil {
			continue
		}
		callees := make([]string, 0, len(p.calls))
		for name := range p.calls {
			callees = append(callees, name)
		}
		slices.Sort(callees)
		for _, name := range callees {
			if _, seen := c.caller[name]; !seen && name != packageGenerated && name != packageUnknown {
				c.caller[name] = todo[0]
				todo = append(todo, name)
			}
		}
	}
}

func (c *census) chain(name string) (chain []string) {
	for name = c.caller[name]; name != ""; name = c.caller[name] {
		chain = append(chain, name)
	}
	return chain
}
