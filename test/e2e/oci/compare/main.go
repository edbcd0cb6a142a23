// Command compare measures what "sluice push" and "sluice pull" of a 6 MB plugin
// cost beside oras, with the same bytes and a registry of its own on this
// machine: go run ./test/e2e/oci/compare. It builds both commands first, oras
// from the module that test/e2e/oci/beside pins, or takes the one that $ORAS
// names. Runs of the two alternate, and the medians are compared. The exit code
// is 1 if sluice takes more than 1.2 times as long.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// most is how much longer sluice may take.
const most = 1.2

func main() {
	rounds := flag.Int("rounds", 15, "`NUMBER` of runs of each command line")
	flag.Parse()
	dir, err := os.MkdirTemp("", "sluice-compare-")
	if err == nil {
		err = compare(dir, *rounds)
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// bench is what all runs have in common.
type bench struct {
	dir, host    string
	sluice, oras string
}

func compare(dir string, rounds int) error {
	b := &bench{dir: dir}
	if err := b.build(); err != nil {
		return err
	}
	stop, err := b.registry()
	if err != nil {
		return err
	}
	defer stop()
	if err := b.plugin(); err != nil {
		return err
	}
	fmt.Printf("%-42s %10s %10s %7s\n", "6 MB plugin", "sluice", "oras", "ratio")
	slow := 0
	for _, c := range b.cases() {
		s, o, err := b.measure(c, rounds)
		if err != nil {
			return err
		}
		ratio := float64(s) / float64(o)
		fmt.Printf("%-42s %10s %10s %7.2f\n", c.name, s.Round(100*time.Microsecond), o.Round(100*time.Microsecond), ratio)
		if ratio > most && !c.other {
			slow++
		}
	}
	if slow > 0 {
		return fmt.Errorf("%d of them take more than %.1f times oras's time", slow, most)
	}
	return nil
}

// build makes the two commands.
func (b *bench) build() error {
	b.sluice, b.oras = filepath.Join(b.dir, "sluice"), os.Getenv("ORAS")
	builds := []*exec.Cmd{exec.Command("go", "build", "-o", b.sluice, "github.com/sluiceproxy/sluice/cmd/sluice")}
	if b.oras == "" {
		b.oras = filepath.Join(b.dir, "oras")
		builds = append(builds, exec.Command("go", "build", "-C", filepath.Join("test", "e2e", "oci", "beside"), "-o", b.oras, "oras.land/oras/cmd/oras"))
	}
	for _, cmd := range builds {
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w: %s (run it in the root of the repository)", cmd.Args, err, out)
		}
	}
	return nil
}

// registry starts docker-registry.
func (b *bench) registry() (stop func(), err error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	b.host = harness.Addr(port)
	config := filepath.Join(b.dir, "config.yml")
	text := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: %s, secret: x}\n",
		filepath.Join(b.dir, "data"), b.host)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return nil, err
	}
	cmd := exec.Command("docker-registry", "serve", config)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w; apt-get install docker-registry", err)
	}
	stop = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	if err := answers(b.host); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// plugin writes a module of 6 MB that compresses as modules do.
func (b *bench) plugin() error {
	pad := make([]byte, 6<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(pad) // it never fails
	for i := range pad {
		if i%4 != 0 {
			pad[i] &= 7
		}
	}
	for _, name := range []string{"plugin.wasm", filepath.Join("w", "plugin.wasm")} {
		file := filepath.Join(b.dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, checktest.Plugin(string(pad)), 0o644); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"push", "plugin.wasm", b.host + "/raw:1", "--plain-http", "--format", "artifact"},
		{"push", "plugin.wasm", b.host + "/packed:1", "--plain-http"},
		{"save", b.host + "/packed:1", "-o", "layout", "--plain-http"},
	} {
		if _, err := b.run(b.sluice, args); err != nil {
			return err
		}
	}
	_, err := b.run(b.oras, []string{"push", "--plain-http", b.host + "/packed-by-oras:1", "w:application/vnd.oci.image.layer.v1.tar+gzip"})
	return err
}

// measure runs the two in turns and returns the medians.
func (b *bench) measure(c pair, rounds int) (sluice, oras time.Duration, err error) {
	var s, o []time.Duration
	for i := range rounds {
		for j := range 2 {
			if (i+j)%2 == 0 {
				d, err := b.run(b.sluice, c.sluice(i))
				if err != nil {
					return 0, 0, err
				}
				s = append(s, d)
				continue
			}
			d, err := b.run(b.oras, c.oras(i))
			if err != nil {
				return 0, 0, err
			}
			o = append(o, d)
		}
	}
	slices.Sort(s)
	slices.Sort(o)
	return s[len(s)/2], o[len(o)/2], nil
}

func (b *bench) run(command string, args []string) (time.Duration, error) {
	cmd := exec.Command(command, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "HOME="+b.dir, "DOCKER_CONFIG="+b.dir)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%v: %w: %s", cmd.Args, err, out)
	}
	return time.Since(began), nil
}
