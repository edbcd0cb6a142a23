package tck

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// statuses are the ABI's, by what a cell calls them.
var statuses = []string{
	"ok", "not found", "bad argument", "serialization failure", "parse failure", "bad expression", "invalid memory access", "empty",
	"cas mismatch", "result mismatch", "internal failure", "broken connection", "unimplemented",
}

// hostCalls are those of the ABI 0.2.1, with the cells whose first step is that call.
var hostCalls = []struct{ name, cells string }{
	{"log", `^raw\.log\.`},
	{"get_log_level", `^log\.level$|^raw\.log_level`},
	{"get_current_time_nanoseconds", `^time$|^raw\.time`},
	{"set_tick_period_milliseconds", `^tick_period$`},
	{"get_property", `^property\.(get|map)|^raw\.property\.get`},
	{"set_property", `^property\.set|^raw\.property\.set`},
	{"get_header_map_value", `_(headers|trailers)\.get|^raw\.map\..*\.get$`},
	{"add_header_map_value", `_(headers|trailers)\.add|^raw\.map\..*\.add$`},
	{"replace_header_map_value", `_(headers|trailers)\.replace|^raw\.map\..*\.replace$`},
	{"remove_header_map_value", `_(headers|trailers)\.remove|^raw\.map\..*\.remove$`},
	{"get_header_map_pairs", `_(headers|trailers)\.all|^raw\.map\..*\.all$|^http_call\.response_(headers|trailers)$`},
	{"set_header_map_pairs", `_(headers|trailers)\.set|^raw\.map\..*\.set$`},
	{"get_header_map_size", `_(headers|trailers)\.size|^raw\.map\..*\.size$`},
	{"get_buffer_bytes", `_(body|data)\.get|^raw\.buffer\..*\.get|^http_call\.response_body|_configuration$`},
	{"get_buffer_status", `^raw\.buffer\..*\.status$`},
	{"set_buffer_bytes", `_(body|data)\.(set|replace|append|prepend)|^raw\.buffer\..*\.set`},
	{"continue_stream", `^resume_|^continue_tcp|^raw\.continue`},
	{"close_stream", `^close_|^raw\.close`},
	{"send_local_response", `^reply\.|^raw\.reply`},
	{"http_call", `^http_call\.(good|with_|unknown|empty|no_|line_|large|many)|^raw\.http_call`},
	{"grpc_call", `^call\.|^raw\.grpc\.call`},
	{"grpc_stream", `^stream\.|^raw\.grpc\.stream`},
	{"grpc_send", `^raw\.grpc\.send`},
	{"grpc_close", `^raw\.grpc\.close`},
	{"grpc_cancel", `^raw\.grpc\.cancel`},
	{"get_status", `^raw\.status`},
	{"get_shared_data", `^shared\.get|^raw\.shared\.get`},
	{"set_shared_data", `^shared\.set|^raw\.shared\.set`},
	{"register_shared_queue", `^queue\.register|^raw\.queue\.register|^queue\.(many|enqueue|enqueue\.nothing|dequeue\.empty)$`},
	{"resolve_shared_queue", `^queue\.resolve|^raw\.queue\.resolve`},
	{"enqueue_shared_queue", `^queue\.enqueue\.missing|^raw\.queue\.enqueue`},
	{"dequeue_shared_queue", `^queue\.dequeue\.missing|^raw\.queue\.dequeue`},
	{"define_metric", `^raw\.metric\.define`},
	{"increment_metric", `^raw\.metric\..*increment`},
	{"record_metric", `^raw\.metric\..*record`},
	{"get_metric", `^raw\.metric\..*get`},
	{"set_effective_context", `^effective_context`},
	{"done", `^done$`},
	{"call_foreign_function", `^foreign\.|^raw\.foreign`},
}

// then are the further steps of some cells.
var then = map[string][]string{
	"queue.dequeue.empty":   {"dequeue_shared_queue"},
	"queue.enqueue":         {"enqueue_shared_queue", "enqueue_shared_queue", "dequeue_shared_queue", "dequeue_shared_queue", "dequeue_shared_queue"},
	"queue.enqueue.nothing": {"enqueue_shared_queue", "dequeue_shared_queue", "dequeue_shared_queue"},
	"shared.set.new":        {"get_shared_data"},
	"shared.set.nothing":    {"get_shared_data"},
	"shared.set.large":      {"get_shared_data"},
}

// follows are the steps of conversations that are host calls of their own.
var follows = map[string]string{"send": "grpc_send", "close": "grpc_close", "cancel": "grpc_cancel", "status": "get_status"}

// definesMetric is about cells of metrics that are there.
var definesMetric = regexp.MustCompile(`^raw\.metric\.(counter|gauge|histogram)\.`)

// coverage counts the cells of the newest record by host call and status.
func coverage(t *testing.T) map[string]map[string]int {
	t.Helper()
	table, err := Record(Newest)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]map[string]int{}
	rules := make([]*regexp.Regexp, len(hostCalls))
	for i, h := range hostCalls {
		count[h.name], rules[i] = map[string]int{}, regexp.MustCompile(h.cells)
	}
	for _, c := range table.Cells() {
		answer, _ := table.Get(c)
		answer, _, _ = strings.Cut(answer, " | ")
		steps := strings.Split(answer, ", ")
		for i, rule := range rules {
			if rule.MatchString(c.Call) {
				first := strings.TrimPrefix(strings.TrimPrefix(steps[0], "call "), "stream ")
				count[hostCalls[i].name][statusOf(first)]++
			}
		}
		for i, call := range then[c.Call] {
			if i+1 < len(steps) {
				count[call][statusOf(steps[i+1])]++
			}
		}
		if definesMetric.MatchString(c.Call) {
			count["define_metric"]["ok"]++ // else there is no answer
		}
		if strings.HasPrefix(c.Phase, "grpc_") {
			for _, step := range steps[1:] {
				what, rest, _ := strings.Cut(step, " ")
				if s := statusOf(rest); follows[what] != "" && s != "" {
					count[follows[what]][s]++
				}
			}
		}
	}
	return count
}

// statusOf is the status that a step begins with, "" for none.
func statusOf(step string) string {
	for _, s := range statuses {
		if step == s || strings.HasPrefix(step, s+" ") {
			return s
		}
	}
	return ""
}

// coverageTable is the table of docs/tck.md.
func coverageTable(count map[string]map[string]int) string {
	var b strings.Builder
	b.WriteString("| host call | " + strings.Join(statuses, " | ") + " |\n|---" + strings.Repeat("|---:", len(statuses)) + "|\n")
	for _, h := range hostCalls {
		b.WriteString("| `" + h.name + "` |")
		for _, s := range statuses {
			if n := count[h.name][s]; n > 0 {
				fmt.Fprintf(&b, " %d", n)
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestCoverage: docs/tck.md says which status was seen of which host call, and all
// the ABI's calls are asked, with an answer that is good and one that isn't.
func TestCoverage(t *testing.T) {
	count := coverage(t)
	table := coverageTable(count)
	const begin, end = "<!-- coverage -->\n", "<!-- end of coverage -->"
	doc := harness.ReadFile(t, "docs/tck.md")
	before, rest, ok := strings.Cut(doc, begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/tck.md has no place for the table")
	}
	if *update {
		path := filepath.Join("..", "..", "docs", "tck.md")
		if err := os.WriteFile(path, []byte(before+begin+table+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if old != table {
		t.Errorf("docs/tck.md is not up to date: run with -update. It should have\n%s", table)
	}
	for _, h := range hostCalls {
		bad := 0
		for s, n := range count[h.name] {
			if s != "ok" && s != "" {
				bad += n
			}
		}
		if h.name == "done" || h.name == "log" { // what is good is not told to plugins
			continue
		}
		if count[h.name]["ok"] == 0 || bad == 0 && h.name != "set_tick_period_milliseconds" {
			t.Errorf("%s: %v", h.name, count[h.name])
		}
	}
}
