package suite

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/plugintest"
)

// coverage is a build of the plugin that counts which statements run, and what
// its VMs have counted. The nil one counts nothing.
type coverage struct {
	dir  string // of counters, as "go tool covdata" reads them
	mu   sync.Mutex
	code *counting
	n    int
	err  error
}

// exportFile is what the package of the standard library gets that is in each
// program that counts: a function that the embedded host calls when a VM ends. The
// plugin's own package can't have it: go build counts no package with files that
// are in an overlay only.
const exportFile = `package cfile

import (
	"bytes"
	"unsafe"
)

var sluiceCoverageData []byte

//go:wasmexport sluice_coverage
func sluiceCoverage() uint64 {
	var meta, counters bytes.Buffer
	if WriteMeta(&meta) != nil || WriteCounters(&counters) != nil {
		return 0
	}
	data := make([]byte, 8, 8+meta.Len()+counters.Len())
	for i := range 8 {
		data[i] = byte(uint64(meta.Len()) >> (8 * i))
	}
	sluiceCoverageData = append(append(data, meta.Bytes()...), counters.Bytes()...)
	return uint64(uintptr(unsafe.Pointer(&sluiceCoverageData[0])))<<32 | uint64(len(sluiceCoverageData))
}
`

// exportPath is where that file seems to be, below the toolchain's directory.
const exportPath = "src/internal/coverage/cfile/sluice_export.go"

// instrument prepares a build that counts, if coverage was asked for.
func (o *Options) instrument(_ context.Context) (*coverage, error) {
	if o.Coverage == "" {
		return nil, nil
	}
	if o.Module != nil {
		return nil, errors.New("coverage is of a plugin's Go code: give its directory, not a module")
	}
	dir, err := os.MkdirTemp("", "sluice-coverage-")
	if err != nil {
		return nil, err
	}
	return &coverage{dir: dir, code: &counting{dir: o.Dir, tmp: dir}}, nil
}

func (c *coverage) close() {
	if c != nil {
		_ = os.RemoveAll(c.dir)
	}
}

// module is what cases run.
func (c *coverage) module(o *Options) plugintest.Module {
	if c != nil {
		return c.code
	}
	return o.Module
}

// taker is take, or nothing where nothing is counted.
func (c *coverage) taker() func([]byte) {
	if c == nil {
		return nil
	}
	return c.take
}

// counting is a plugin's directory, built with counters.
type counting struct{ dir, tmp string }

// String names it in errors.
func (m *counting) String() string { return m.dir }

// Load implements plugintest.Module.
func (m *counting) Load(ctx context.Context) ([]byte, error) {
	overlay, err := m.overlay(ctx)
	if err != nil {
		return nil, err
	}
	o := build.Options{
		Dir: m.dir, Output: filepath.Join(m.tmp, build.DefaultOutput), Target: build.Envoy, KeepStd: true,
		Env: []string{"GOFLAGS=-cover -covermode=atomic -coverpkg=./... -overlay=" + overlay},
	}
	var refused *build.RefusedError
	if _, err = build.Build(ctx, o); errors.As(err, &refused) {
		o.Target = build.Any
		_, err = build.Build(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return build.ReadFile(o.Output)
}

// overlay puts the function into the standard library.
func (m *counting) overlay(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOROOT")
	cmd.Dir = m.dir
	root, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	source := filepath.Join(m.tmp, "export.go")
	if err := os.WriteFile(source, []byte(exportFile), 0o600); err != nil {
		return "", err
	}
	place := filepath.Join(strings.TrimSpace(string(root)), filepath.FromSlash(exportPath))
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{place: source}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(m.tmp, "overlay.json")
	return file, os.WriteFile(file, b, 0o600)
}

// Where a file of meta data has its hash, and how long its header is.
const (
	hashFrom = 24
	hashTo   = 40
)

// take keeps what a VM has counted, in the files of "go tool covdata".
func (c *coverage) take(data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	meta, counters, err := split(data)
	if err == nil {
		c.n++
		hash := fmt.Sprintf("%x", meta[hashFrom:hashTo])
		err = errors.Join(
			os.WriteFile(filepath.Join(c.dir, "covmeta."+hash), meta, 0o600),
			os.WriteFile(filepath.Join(c.dir, fmt.Sprintf("covcounters.%s.%d.%d", hash, os.Getpid(), c.n)), counters, 0o600))
	}
	c.err = errors.Join(c.err, err)
}

// split takes apart what the plugin's function gave.
func split(data []byte) (meta, counters []byte, err error) {
	if len(data) < 8 {
		return nil, nil, fmt.Errorf("coverage: the plugin gave %d bytes", len(data))
	}
	n := binary.LittleEndian.Uint64(data)
	if data = data[8:]; n < hashTo || n > uint64(len(data)) {
		return nil, nil, fmt.Errorf("coverage: meta data of %d bytes among %d", n, len(data))
	}
	return data[:n], data[n:], nil
}

// write makes the profile and says how much it covers.
func (c *coverage) write(ctx context.Context, o *Options) error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	if c.n == 0 {
		return errors.New("coverage: no VM of wazero's engines has ended well; run cases on compiler or interpreter")
	}
	raw := filepath.Join(c.dir, "profile")
	if out, err := exec.CommandContext(ctx, "go", "tool", "covdata", "textfmt", "-i="+c.dir, "-o="+raw).CombinedOutput(); err != nil {
		return fmt.Errorf("go tool covdata: %w\n%s", err, out)
	}
	text, err := os.ReadFile(raw)
	if err != nil {
		return err
	}
	covered, all := count(text)
	if err := os.WriteFile(o.Coverage, text, 0o644); err != nil {
		return err
	}
	percent := 0.0
	if all > 0 {
		percent = 100 * float64(covered) / float64(all)
	}
	if !o.JSON {
		fmt.Fprintf(o.Stdout, "coverage: %.1f%% of statements, as Wasm; %s\n", percent, o.Coverage)
	}
	return nil
}

// count says how many statements of a profile ran, and how many there are.
func count(text []byte) (covered, all int) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) != 3 {
			continue // the mode
		}
		n, _ := strconv.Atoi(f[1])
		all += n
		if f[2] != "0" {
			covered += n
		}
	}
	return covered, all
}
