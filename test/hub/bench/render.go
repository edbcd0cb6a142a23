package main

import (
	"fmt"
	"strings"
)

// render writes the page.
func render(all []measured, s settings, version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# What the hub's plugins cost

A request that passes, on Envoy %s with one worker, which answers it itself. Each
number is what the filter adds to Envoy without one: the median of the differences in
%d rounds of %v, in which the sides took turns, with %d connections. CPU is Envoy's
time for a request; p50 and p99 are latencies while the worker is as busy as it can be.
Start is Envoy's CPU time until it listens, which is spent once a process and mostly
on compiling the module; memory is what the process has at the end. Both, too, are what
it has more than Envoy without a filter. The machine is a shared one with two cores:
compare the columns, not with other machines.

cluster-key-rate-limit asks a Redis, ext-auth and ext_authz a service on the same
machine; what these take themselves is in the latencies and not in Envoy's CPU time.
jwt-auth gets a token that it knows; a new one costs more, as its README says.

This page is made by `+"`go run ./test/hub/bench -docs docs`"+`.

| plugin | CPU, µs | p50, µs | p99, µs | start, CPU s | memory, MiB | module, MiB | Envoy's own | CPU, µs | p50, µs | p99, µs |
|---|---|---|---|---|---|---|---|---|---|---|
`, version, s.rounds, s.round, s.connections)
	for _, m := range all {
		own := "none | | | |"
		if m.native != nil {
			own = fmt.Sprintf("%s | %s", m.nativeName, columns(m.native, m.none))
		}
		fmt.Fprintf(&b, "| %s | %s %.1f | %.0f | %.1f | %s\n", m.name, columns(m.plugin, m.none),
			(m.plugin.start - m.none.start).Seconds(), mebibytes(m.plugin.memory-m.none.memory), mebibytes(m.plugin.size), own)
	}
	return b.String()
}

// columns are what r costs more than base.
func columns(r, base *result) string {
	return fmt.Sprintf("%.1f | %.0f | %.0f |", added(r.cpu, base.cpu), added(r.p50, base.p50), added(r.p99, base.p99))
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }
