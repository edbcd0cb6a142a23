package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// form is a form of n fields of 250 bytes.
func form(n int) string {
	var fields []string
	for i := range n {
		fields = append(fields, fmt.Sprintf("field%02d=%s", i, strings.Repeat("word+", 50)))
	}
	return strings.Join(fields, "&")
}

// BenchmarkRequest is harmless requests with the core rule set, natively.
func BenchmarkRequest(b *testing.B) {
	requests := map[string]sample{
		"get":     got("get", "GET", "/get?id=1"),
		"browser": got("browser", "GET", "/search?q=how+to+cook+rice&page=2", [2]string{"cookie", cookies()[0]}),
		"form":    typed("form", "POST", formType, form(64)),
		"json":    typed("json", "POST", jsonType, documents()[3]),
	}
	for name, s := range requests {
		b.Run(name, func(b *testing.B) {
			send := natively(native.New(b, native.Options{Config: []byte(`{"useCRS":true}`), LogLevel: 4}))
			if status, reached := send(s.Request); status != 200 || !reached {
				b.Fatal(status, reached)
			}
			b.ReportAllocs()
			before := cpu()
			for b.Loop() {
				send(s.Request)
			}
			b.ReportMetric(float64(cpu()-before)/1e3/float64(b.N), "cpu-µs/op")
		})
	}
}

// cpu is the time that the process has computed, in ns: others use the machine, too.
func cpu() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano()
}
