package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/run/bench/load"
)

// bench is what every measurement needs.
type bench struct {
	plan
	ctx      context.Context //nolint:containedctx // one run of the command
	binary   string          // Envoy
	dir      string          // for files of the run
	data     string          // the sources of the sides
	build    *workshop
	upstream string // the address of a server that answers 200
	progress io.Writer
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// instance is an Envoy that serves one side.
type instance struct {
	side    side
	envoy   *exec.Cmd
	server  *exec.Cmd // what the side runs beside Envoy, or nil
	address string
	// size is that of the wasm files. load is the CPU time and wait the time from
	// start to listening.
	size       int64
	load, wait time.Duration
}

// start starts an Envoy and waits until it listens.
func (b *bench) start(s side, sc scenario, workers int) (*instance, error) {
	modules, err := s.modules(b.build)
	if err != nil {
		return nil, err
	}
	i := &instance{side: s}
	for _, module := range slices.Compact(slices.Sorted(slices.Values(modules))) {
		if info, err := os.Stat(module); err == nil {
			i.size += info.Size()
		}
	}
	processor := ""
	if s.server != "" {
		if processor, err = i.serve(b); err != nil {
			return nil, err
		}
	}
	config := bootstrap{side: s, scenario: sc, modules: modules, upstream: b.upstream, processor: processor}
	if err := i.run(b, config.render(), workers); err != nil {
		i.stop()
		return nil, fmt.Errorf("%s, side %s: %w", sc.Name, s.Name, err)
	}
	return i, nil
}

// run starts Envoy itself.
func (i *instance) run(b *bench, config object, workers int) error {
	dir, err := os.MkdirTemp(b.dir, i.side.Name+"-")
	if err != nil {
		return err
	}
	text, err := json.Marshal(config)
	if err != nil {
		return err
	}
	file, admin := filepath.Join(dir, "envoy.json"), filepath.Join(dir, "admin")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	logs, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer logs.Close()
	i.envoy = exec.CommandContext(b.ctx, b.binary, "-c", file, "--concurrency", strconv.Itoa(workers), "-l", "warning",
		"--disable-hot-restart", "--admin-address-path", admin)
	i.envoy.Stdout, i.envoy.Stderr = logs, logs
	begin := time.Now()
	if err := i.envoy.Start(); err != nil {
		i.envoy = nil
		return err
	}
	if i.address, err = listening(b.ctx, admin); err != nil {
		text, _ := os.ReadFile(logs.Name())
		return fmt.Errorf("%w\n%s", err, text)
	}
	i.wait = time.Since(begin)
	i.load, err = load.CPU(i.envoy.Process.Pid)
	return err
}

// serve starts the program of the side and returns where it listens.
func (i *instance) serve(b *bench) (string, error) {
	program, err := b.build.program(i.side)
	if err != nil {
		return "", err
	}
	address, err := freeAddress()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(b.ctx, program, address)
	if err := cmd.Start(); err != nil {
		return "", err
	}
	i.server = cmd
	for range 500 {
		if conn, err := net.Dial("tcp", address); err == nil {
			return address, conn.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	i.stop()
	return "", fmt.Errorf("side %s: its server does not listen on %s", i.side.Name, address)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// processes are Envoy and what runs beside it.
func (i *instance) processes() []*exec.Cmd {
	var all []*exec.Cmd
	for _, cmd := range []*exec.Cmd{i.envoy, i.server} {
		if cmd != nil {
			all = append(all, cmd)
		}
	}
	return all
}

// cpu is the time that the processes have run.
func (i *instance) cpu() (time.Duration, error) {
	var sum time.Duration
	for _, cmd := range i.processes() {
		t, err := load.CPU(cmd.Process.Pid)
		if err != nil {
			return 0, err
		}
		sum += t
	}
	return sum, nil
}

// memory is what the processes have in use, in bytes.
func (i *instance) memory() (int64, error) {
	var sum int64
	for _, cmd := range i.processes() {
		m, err := load.Resident(cmd.Process.Pid)
		if err != nil {
			return 0, err
		}
		sum += m
	}
	return sum, nil
}

// watchMemory looks at the memory again and again until the function that it
// returns is called, which returns the most that was seen.
func (i *instance) watchMemory() func() int64 {
	quit, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for {
			if m, err := i.memory(); err == nil {
				peak = max(peak, m)
			}
			select {
			case <-quit:
				most <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int64 { close(quit); return <-most }
}

// stop ends the processes and waits for them.
func (i *instance) stop() {
	for _, cmd := range i.processes() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// listening waits until Envoy listens and returns where.
func listening(ctx context.Context, adminFile string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		admin, err := os.ReadFile(adminFile)
		if err != nil {
			continue
		}
		if name, address, ok := strings.Cut(page(ctx, "http://"+strings.TrimSpace(string(admin))+"/listeners"), "::"); ok && name == "main" {
			return strings.TrimSpace(address), nil
		}
	}
	return "", errors.New("its Envoy does not listen")
}

// page reads a page, "" where it can't.
func page(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return string(b)
}
