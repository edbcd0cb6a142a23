package call_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkEnvoy is BenchmarkWasm on Envoy, in turn, so that a busy moment of
// the machine hits both plugins. What counts is cpu-ns/op, the processor time
// of the whole Envoy process for a request; -benchtime should be 10000x or more.
func BenchmarkEnvoy(b *testing.B) {
	var both []*envoy
	plugins := []string{"callback", "line"}
	for _, plugin := range plugins {
		e, ok := startEnvoy(b, buildWasm(b, plugin), startBackends(b)).(*envoy)
		if !ok {
			b.Fatal("not an Envoy")
		}
		both = append(both, e)
	}
	for range 5 {
		for _, path := range []string{"/plain", "/check"} {
			for i, plugin := range plugins {
				b.Run(path[1:]+"/"+plugin, func(b *testing.B) { benchmarkEnvoy(b, both[i], path) })
			}
		}
	}
}

func benchmarkEnvoy(b *testing.B, e *envoy, path string) {
	const clients = 8
	before := e.cpu(b)
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	for range clients {
		all.Add(1)
		go func() {
			defer all.Done()
			client := http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for left.Add(-1) >= 0 {
				resp, err := client.Get(e.url() + path)
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != 200 {
					b.Errorf("status %d", resp.StatusCode)
					return
				}
			}
		}()
	}
	all.Wait()
	b.ReportMetric(float64(e.cpu(b)-before)/float64(b.N), "cpu-ns/op")
}

// cpu returns the processor time of all threads in nanoseconds.
func (e *envoy) cpu(b *testing.B) (total int) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", e.pid))
	if err != nil || len(files) == 0 {
		b.Skip("no schedstat on this system")
	}
	for _, file := range files {
		text, _ := os.ReadFile(file)
		if fields := strings.Fields(string(text)); len(fields) > 0 {
			n, _ := strconv.Atoi(fields[0])
			total += n
		}
	}
	return total
}
