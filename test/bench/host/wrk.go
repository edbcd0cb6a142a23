package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// figures are what was measured of one gateway, one value a round.
type figures struct {
	p50, p99 []float64 // µs, one request at a time
	rate     []float64 // requests a second at saturation
	cpu      []float64 // µs of the gateway's process for a request, at saturation
	memory   int64
}

// pair is a scenario on both gateways.
type pair struct {
	scenario        scenario
	envoy, embedded figures
}

// write writes the table.
func write(file string, pairs []pair, out io.Writer) error {
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	fmt.Fprintln(out, "| plugin | gateway | p50 µs (p25–p75) | p99 µs | requests/s (p25–p75) | CPU µs a request | memory MB |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|")
	for _, p := range pairs {
		row := func(name string, f figures) {
			p50, p99, rate, cpu := summarize(f.p50), summarize(f.p99), summarize(f.rate), summarize(f.cpu)
			fmt.Fprintf(out, "| %s | %s | %.0f (%.0f–%.0f) | %.0f | %.0f (%.0f–%.0f) | %.0f | %d |\n", p.scenario.name, name,
				p50.Median, p50.Low, p50.High, p99.Median, rate.Median, rate.Low, rate.High, cpu.Median, f.memory>>20)
		}
		row("envoy", p.envoy)
		row("embedded", p.embedded)
		fmt.Fprintf(out, "| %s | embedded / envoy | %s | %s | %s | %s | |\n", p.scenario.name, ratio(p.embedded.p50, p.envoy.p50),
			ratio(p.embedded.p99, p.envoy.p99), ratio(p.embedded.rate, p.envoy.rate), ratio(p.embedded.cpu, p.envoy.cpu))
	}
	return nil
}

// ratio is the median of the rounds' ratios, with its spread.
func ratio(a, b []float64) string {
	r := make([]float64, 0, len(a))
	for i := range min(len(a), len(b)) {
		r = append(r, a[i]/b[i])
	}
	s := summarize(r)
	return fmt.Sprintf("**%.2f** (%.2f–%.2f)", s.Median, s.Low, s.High)
}

// wrkScript makes wrk send the scenario's request; "" where wrk's own does.
func wrkScript(dir string, sc scenario) (string, error) {
	_, body, _ := bytes.Cut(sc.request, []byte("\r\n\r\n"))
	if len(body) == 0 {
		return "", nil
	}
	file := filepath.Join(dir, sc.name+".lua")
	text := fmt.Sprintf("wrk.method = \"POST\"\nwrk.body = %q\nwrk.headers[\"content-type\"] = \"application/json\"\n", body)
	return file, os.WriteFile(file, []byte(text), 0o600)
}

// wrk sends requests as fast as they are answered, and returns how many a second
// and how many in all. An answer that is no success is an error.
func wrk(ctx context.Context, address, script string, s settings) (rate float64, requests int, err error) {
	args := []string{"-t1", "-c" + strconv.Itoa(s.connections), "-d" + strconv.Itoa(max(1, int(s.round.Seconds()))) + "s"}
	if script != "" {
		args = append(args, "-s", script)
	}
	b, err := exec.CommandContext(ctx, "wrk", append(args, "http://"+address+"/")...).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("wrk: %w\n%s", err, b)
	}
	return readWrk(string(b))
}

// readWrk takes the figures out of wrk's report.
func readWrk(report string) (rate float64, requests int, err error) {
	if strings.Contains(report, "Non-2xx") || strings.Contains(report, "Socket errors") {
		return 0, 0, fmt.Errorf("wrk got answers that are no success:\n%s", report)
	}
	number := func(pattern string) string {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(report); m != nil {
			return m[1]
		}
		return ""
	}
	rate, err1 := strconv.ParseFloat(number(`Requests/sec:\s+([0-9.]+)`), 64)
	requests, err2 := strconv.Atoi(number(`(\d+) requests in`))
	if err := errors.Join(err1, err2); err != nil || requests == 0 {
		return 0, 0, fmt.Errorf("wrk's report can't be read (%w):\n%s", err, report)
	}
	return rate, requests, nil
}

// serveQuick is an upstream that costs as little as possible: it answers each
// request once its body has come.
func serveQuick() (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = answerAll(c)
			}()
		}
	}()
	return l.Addr().String(), func() { l.Close() }, nil
}

// answerAll reads requests, with a length or in chunks, and answers each.
func answerAll(c io.ReadWriter) error {
	r := bufio.NewReaderSize(c, 32<<10)
	for {
		length, chunked := 0, false
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return err
			}
			if len(bytes.TrimSpace(line)) == 0 {
				break
			}
			name, value, _ := strings.Cut(string(line), ":")
			switch value = strings.TrimSpace(value); strings.ToLower(name) {
			case "content-length":
				if length, err = strconv.Atoi(value); err != nil {
					return err
				}
			case "transfer-encoding":
				chunked = value == "chunked"
			}
		}
		if err := skipBody(r, length, chunked); err != nil {
			return err
		}
		if _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\nok\n"); err != nil {
			return err
		}
	}
}

// skipBody reads a body and drops it.
func skipBody(r *bufio.Reader, length int, chunked bool) error {
	if !chunked {
		_, err := r.Discard(length)
		return err
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line), 16, 32)
		if err != nil || n < 0 {
			return fmt.Errorf("a chunk of length %q", line)
		}
		if _, err := r.Discard(int(n) + 2); err != nil || n == 0 {
			return err
		}
	}
}
