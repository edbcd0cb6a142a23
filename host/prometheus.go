package host

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WritePrometheus writes all metrics in Prometheus' text format; see the
// function of this name.
func (m *Metrics) WritePrometheus(w io.Writer) error { return WritePrometheus(w, m.Values()) }

// WritePrometheus writes metrics in Prometheus' text format. A name like
// requests;method=GET;code=200 becomes requests{method="GET",code="200"}; other
// bytes that Prometheus doesn't allow in a name become _, as Envoy does. A
// histogram has Envoy's buckets, [HistogramBounds], a count and a sum.
func WritePrometheus(w io.Writer, values []MetricValue) error {
	values = slices.Clone(values)
	slices.SortFunc(values, func(a, b MetricValue) int {
		return cmp.Or(cmp.Compare(baseName(a.Name), baseName(b.Name)), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name))
	})
	out, last := bufio.NewWriter(w), ""
	for _, v := range values {
		name, labels := promName(v.Name)
		if name != last {
			last = name
			fmt.Fprintf(out, "# TYPE %s %s\n", name, [...]string{"counter", "gauge", "histogram"}[v.Type])
		}
		switch v.Type {
		case MetricGauge:
			fmt.Fprintf(out, "%s%s %d\n", name, braces(labels), int64(v.Value))
		case MetricCounter:
			fmt.Fprintf(out, "%s%s %d\n", name, braces(labels), v.Value)
		default:
			writeHistogram(out, name, labels, v)
		}
	}
	return out.Flush()
}

func writeHistogram(w io.Writer, name string, labels []string, v MetricValue) {
	bucket := func(bound string, n uint64) {
		fmt.Fprintf(w, "%s_bucket%s %d\n", name, braces(append(labels[:len(labels):len(labels)], `le="`+bound+`"`)), n)
	}
	for i, bound := range HistogramBounds() {
		bucket(strconv.FormatFloat(bound, 'f', -1, 64), v.Buckets[i])
	}
	bucket("+Inf", v.Value)
	fmt.Fprintf(w, "%s_sum%s %d\n%s_count%s %d\n", name, braces(labels), v.Sum, name, braces(labels), v.Value)
}

func baseName(name string) string {
	base, _, _ := strings.Cut(name, ";")
	return base
}

// promName splits a metric's name into Prometheus' name and labels. What is no
// label stays part of the name.
func promName(full string) (name string, labels []string) {
	name, rest, _ := strings.Cut(full, ";")
	for _, part := range strings.Split(rest, ";") {
		label, value, ok := strings.Cut(part, "=")
		if ok && label != "" {
			labels = append(labels, promSafe(label)+`="`+promValue.Replace(value)+`"`)
		} else if part != "" {
			name += "_" + part
		}
	}
	return promSafe(name), labels
}

// braces renders labels.
func braces(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return "{" + strings.Join(labels, ",") + "}"
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
