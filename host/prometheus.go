package host

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// WritePrometheus writes all metrics in Prometheus' text format. A name like
// requests;method=GET;code=200 becomes requests{method="GET",code="200"}; other
// bytes that Prometheus doesn't allow in a name become _, as Envoy does. A
// histogram is a summary with count and sum.
func (m *Metrics) WritePrometheus(w io.Writer) error {
	m.mu.Lock()
	keys := make([]metricKey, 0, len(m.byName))
	for k := range m.byName {
		keys = append(keys, k)
	}
	m.mu.Unlock()
	slices.SortFunc(keys, func(a, b metricKey) int {
		if c := strings.Compare(baseName(a.name), baseName(b.name)); c != 0 {
			return c
		}
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		return strings.Compare(a.name, b.name)
	})
	out, last := bufio.NewWriter(w), ""
	for _, k := range keys {
		name, labels := promName(k.name)
		if name != last {
			last = name
			fmt.Fprintf(out, "# TYPE %s %s\n", name, [...]string{"counter", "gauge", "summary"}[k.kind])
		}
		v := m.define(k.kind, k.name)
		switch k.kind {
		case MetricGauge:
			fmt.Fprintf(out, "%s%s %d\n", name, labels, int64(v.value.Load()))
		case MetricCounter:
			fmt.Fprintf(out, "%s%s %d\n", name, labels, v.value.Load())
		default:
			fmt.Fprintf(out, "%s_sum%s %d\n%s_count%s %d\n", name, labels, v.sum.Load(), name, labels, v.value.Load())
		}
	}
	return out.Flush()
}

func baseName(name string) string {
	base, _, _ := strings.Cut(name, ";")
	return base
}

// promName splits a metric's name into Prometheus' name and labels. What is no
// label stays part of the name.
func promName(full string) (name, labels string) {
	name, rest, _ := strings.Cut(full, ";")
	var pairs []string
	for _, part := range strings.Split(rest, ";") {
		label, value, ok := strings.Cut(part, "=")
		if ok && label != "" {
			pairs = append(pairs, promSafe(label)+`="`+promValue.Replace(value)+`"`)
		} else if part != "" {
			name += "_" + part
		}
	}
	if len(pairs) > 0 {
		labels = "{" + strings.Join(pairs, ",") + "}"
	}
	return promSafe(name), labels
}

var promValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func promSafe(name string) string {
	b := []byte(name)
	for i, c := range b {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':'
		if digit := '0' <= c && c <= '9'; !letter && (!digit || i == 0) {
			b[i] = '_'
		}
	}
	if len(b) == 0 {
		return "_"
	}
	return string(b)
}
