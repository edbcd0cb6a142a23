// Command host compares the embedded gateway, as "sluice run" starts it, with Envoy:
// the same plugins in front of the same upstream, rounds of both interleaved in
// random order. Latency is that of one connection whose requests follow each other,
// throughput what wrk gets through many.
//
//	go run ./test/bench/host -rounds 7 -md table.md
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/run/bench/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "host:", err)
		os.Exit(1)
	}
}

// settings are what the command line asks for.
type settings struct {
	rounds               int
	round                time.Duration
	connections, workers int
	envoy, sluice, data  string
	scenarios, tableFile string
}

// scenario is a plugin and the requests that it gets.
type scenario struct {
	name    string
	dir     string // of the plugin's source; "" for none
	request []byte
}

// scenarios are the plugins that both gateways run; the first has none.
func scenarios(data string) []scenario {
	get := []byte("GET / HTTP/1.1\r\nhost: bench.test\r\n\r\n")
	post := []byte("POST / HTTP/1.1\r\nhost: bench.test\r\ncontent-type: application/json\r\ncontent-length: 16384\r\n\r\n" +
		strings.Repeat("0123456789abcdef", 1024))
	return []scenario{
		{"none", "", get},
		{"hello", filepath.Join(data, "hello", "callback"), get},
		{"body", filepath.Join(data, "body", "callback"), post},
		{"callout", filepath.Join(data, "callout"), get},
	}
}

// choose keeps the scenarios with the given names; "" stands for all.
func choose(all []scenario, names string) ([]scenario, error) {
	chosen := slices.DeleteFunc(all, func(s scenario) bool {
		return names != "" && !slices.Contains(strings.Split(names, ","), s.name)
	})
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no scenario is called %q", names)
	}
	return chosen, nil
}

func parse(args []string) (settings, error) {
	var s settings
	f := flag.NewFlagSet("host", flag.ContinueOnError)
	f.StringVar(&s.envoy, "envoy", os.Getenv("ENVOY"), "path of Envoy (default $ENVOY, then envoy on the PATH)")
	f.StringVar(&s.sluice, "sluice", "", "path of the command (default: built from ./cmd/sluice)")
	f.StringVar(&s.data, "data", "test/bench/testdata", "directory of the plugins' sources")
	f.StringVar(&s.scenarios, "scenarios", "", "names of the scenarios, with commas (default all)")
	f.StringVar(&s.tableFile, "md", "", "file for the table in Markdown (default standard output)")
	f.IntVar(&s.rounds, "rounds", 7, "rounds that count")
	f.DurationVar(&s.round, "round", 2*time.Second, "how long a measurement is")
	f.IntVar(&s.connections, "connections", 16, "connections at saturation")
	f.IntVar(&s.workers, "workers", 2, "worker threads of each gateway")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if s.rounds < 1 || s.round < time.Second/10 || s.connections < 1 || s.workers < 1 || f.NArg() > 0 {
		return s, errors.New("-rounds, -connections and -workers must be positive, -round at least 100ms, and there are no arguments")
	}
	return s, nil
}

// run measures what is asked for and writes the table.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	for name, path := range map[string]*string{"envoy": &s.envoy, "wrk": new(string)} {
		if *path == "" {
			if *path, err = exec.LookPath(name); err != nil {
				return fmt.Errorf("no %s on the PATH; it is needed for this comparison", name)
			}
		}
	}
	dir, err := os.MkdirTemp("", "sluice-bench-host-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if s.sluice == "" {
		s.sluice = filepath.Join(dir, "sluice")
		if b, err := exec.CommandContext(ctx, "go", "build", "-o", s.sluice, "./cmd/sluice").CombinedOutput(); err != nil {
			return fmt.Errorf("building ./cmd/sluice: %w\n%s", err, b)
		}
	}
	chosen, err := choose(scenarios(s.data), s.scenarios)
	if err != nil {
		return err
	}
	var pairs []pair
	for _, sc := range chosen {
		p, err := compare(ctx, s, sc, dir, progress)
		if err != nil {
			return fmt.Errorf("%s: %w", sc.name, err)
		}
		pairs = append(pairs, p)
	}
	return write(s.tableFile, pairs, out)
}

// process is one of the two gateways while it serves.
type process struct {
	name    string
	address string
	cmd     *exec.Cmd
	figures figures
}

func (g *process) stop() {
	_ = g.cmd.Process.Kill()
	_ = g.cmd.Wait()
}

// compare measures one plugin on both gateways.
func compare(ctx context.Context, s settings, sc scenario, dir string, progress io.Writer) (pair, error) {
	pair := pair{scenario: sc}
	upstream, stop, err := serveQuick()
	if err != nil {
		return pair, err
	}
	defer stop()
	module := ""
	if sc.dir != "" {
		module = filepath.Join(dir, sc.name+".wasm")
		if _, err := build.Build(ctx, build.Options{Dir: sc.dir, Output: module}); err != nil {
			return pair, err
		}
	}
	script, err := wrkScript(dir, sc)
	if err != nil {
		return pair, err
	}
	var both []*process
	defer func() {
		for _, g := range both {
			g.stop()
		}
	}()
	for _, start := range []func(context.Context, settings, scenario, string, string, string) (*process, error){startEnvoy, startEmbedded} {
		g, err := start(ctx, s, sc, dir, module, upstream)
		if err != nil {
			return pair, err
		}
		both = append(both, g)
	}
	for round := range s.rounds + 1 { // the first warms up
		for _, n := range rand.Perm(len(both)) {
			if err := both[n].round(ctx, s, sc, script, round > 0); err != nil {
				return pair, fmt.Errorf("%s: %w", both[n].name, err)
			}
		}
		fmt.Fprintf(progress, "%s: round %d of %d\n", sc.name, round, s.rounds)
	}
	for _, g := range both {
		if g.figures.memory, err = load.Resident(g.cmd.Process.Pid); err != nil {
			return pair, err
		}
	}
	pair.envoy, pair.embedded = both[0].figures, both[1].figures
	return pair, nil
}

// round measures latency, then throughput.
func (g *process) round(ctx context.Context, s settings, sc scenario, script string, keep bool) error {
	l, err := load.Fire(g.address, sc.request, 200, 1, s.round)
	if err != nil {
		return err
	}
	before, err := load.CPU(g.cmd.Process.Pid)
	if err != nil {
		return err
	}
	rate, requests, err := wrk(ctx, g.address, script, s)
	if err != nil {
		return err
	}
	after, err := load.CPU(g.cmd.Process.Pid)
	if err != nil || !keep {
		return err
	}
	f := &g.figures
	f.p50 = append(f.p50, micros(l.Quantile(0.5)))
	f.p99 = append(f.p99, micros(l.Quantile(0.99)))
	f.rate = append(f.rate, rate)
	f.cpu = append(f.cpu, micros(after-before)/float64(requests))
	return nil
}

// passAll is a plugin that does nothing: "sluice run" always has one. It exports
// memory, proxy_abi_version_0_2_1 and proxy_on_memory_allocate, which returns 0.
const passAll = "\x00asm\x01\x00\x00\x00\x01\x09\x02\x60\x00\x00\x60\x01\x7f\x01\x7f\x03\x03\x02\x00\x01\x05\x03\x01\x00\x01" +
	"\x07\x3f\x03\x06memory\x02\x00\x17proxy_abi_version_0_2_1\x00\x00\x18proxy_on_memory_allocate\x00\x01" +
	"\x0a\x09\x02\x02\x00\x0b\x04\x00\x41\x00\x0b"

// startEmbedded starts "sluice run" with the plugin in front of the upstream.
func startEmbedded(ctx context.Context, s settings, sc scenario, dir, module, upstream string) (*process, error) {
	if module == "" {
		module = filepath.Join(dir, "pass.wasm")
		if err := os.WriteFile(module, []byte(passAll), 0o600); err != nil {
			return nil, err
		}
	}
	routes := filepath.Join(dir, "routes-"+sc.name+".json")
	if err := os.WriteFile(routes, []byte(`{"routes":[{"prefix":"/","cluster":"upstream"}]}`), 0o600); err != nil {
		return nil, err
	}
	report, err := os.Create(filepath.Join(dir, "embedded-"+sc.name+".log"))
	if err != nil {
		return nil, err
	}
	defer report.Close()
	cmd := exec.CommandContext(ctx, s.sluice, "run", module, "--listen", "127.0.0.1:0", "--httpbin", "off", "--admin", "off", "--no-watch",
		"--workers", strconv.Itoa(s.workers), "--log-level", "warn", "--routes", routes, "--cluster", "upstream="+upstream)
	cmd.Stdout, cmd.Stderr = report, report
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	g := &process{name: "embedded", cmd: cmd}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		b, _ := os.ReadFile(report.Name())
		if m := servingAt.FindSubmatch(b); m != nil {
			g.address = string(m[1])
			return g, nil
		}
	}
	g.stop()
	b, _ := os.ReadFile(report.Name())
	return nil, fmt.Errorf("sluice run does not listen:\n%s", b)
}

// servingAt finds the address in what "sluice run" says when it is ready.
var servingAt = regexp.MustCompile(`(?m)^serving .* on http://(\S+) `)

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
