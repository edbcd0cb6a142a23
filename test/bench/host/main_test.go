package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/host"
)

func TestParse(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-round", "1ms"}, {"-connections", "0"}, {"-workers", "0"}, {"more"}, {"-what"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("parse(%v) has no error", args)
		}
	}
	if s, err := parse([]string{"-rounds", "3"}); err != nil || s.rounds != 3 || s.workers != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := choose(scenarios(""), "other"); err == nil {
		t.Error("no error for an unknown scenario")
	}
}

// The plugins' sources are where the scenarios say.
func TestSources(t *testing.T) {
	for _, sc := range scenarios(filepath.Join("..", "testdata")) {
		if _, err := os.Stat(sc.dir); sc.dir != "" && err != nil {
			t.Errorf("%s: %v", sc.name, err)
		}
	}
}

func TestPassAll(t *testing.T) {
	ctx := context.Background()
	r, err := host.NewRuntime(ctx, host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	if _, err := r.Compile(ctx, "pass", []byte(passAll)); err != nil {
		t.Error(err)
	}
}

func TestReadWrk(t *testing.T) {
	rate, n, err := readWrk("  1234 requests in 2.00s, 1MB read\nRequests/sec:    617.50\n")
	if rate != 617.5 || n != 1234 || err != nil {
		t.Errorf("%v, %d, %v", rate, n, err)
	}
	for _, report := range []string{"", "Requests/sec: 5", "9 requests in 1s\nRequests/sec: 9\n  Non-2xx or 3xx responses: 1",
		"9 requests in 1s\nRequests/sec: 9\n  Socket errors: connect 0, read 1"} {
		if _, _, err := readWrk(report); err == nil {
			t.Errorf("no error for %q", report)
		}
	}
}

func TestAnswers(t *testing.T) {
	in := "GET / HTTP/1.1\r\nhost: x\r\n\r\n" +
		"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" +
		"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
	var out bytes.Buffer
	err := answerAll(struct {
		io.Reader
		io.Writer
	}{strings.NewReader(in), &out})
	if n := strings.Count(out.String(), "200 OK"); n != 3 || err != io.EOF {
		t.Errorf("%d answers, %v", n, err)
	}
	for _, body := range []string{"zz\r\n", "-1\r\n", "3\r\nab"} {
		if err := skipBody(bufio.NewReader(strings.NewReader(body)), 0, true); err == nil {
			t.Errorf("no error for %q", body)
		}
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	p := pair{scenario: scenario{name: "hello"}, envoy: figures{[]float64{100}, []float64{200}, []float64{1000}, []float64{50}, 64 << 20},
		embedded: figures{[]float64{110}, []float64{220}, []float64{800}, []float64{60}, 32 << 20}}
	if err := write("", []pair{p}, &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| hello | envoy | 100 (100–100) | 200 | 1000 (1000–1000) | 50 | 64 |", "**1.10** (1.10–1.10)", "**0.80** (0.80–0.80)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestSummarize(t *testing.T) {
	if s := summarize([]float64{4, 1, 3, 2, 5}); s != (summary{3, 2, 4}) || summarize(nil) != (summary{}) {
		t.Errorf("%+v", s)
	}
}
