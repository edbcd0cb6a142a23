package serviceext

import (
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// outcome is what a callback made of its input, unless the plugin answered.
type outcome struct {
	headers *host.HeaderMap
	body    string
	held    bool // headers were not let through
}

// check compares what came of a phase with what must.
func (x *exchange) check(phase string, want *Expectation, got outcome) {
	fields := map[string]string{}
	var pairs [][2]string
	if got.headers != nil {
		pairs = got.headers.Pairs()
	}
	if x.reply != nil {
		pairs, got.body = x.reply.Headers, string(x.reply.Body)
	}
	var order []string
	for _, p := range pairs {
		name := strings.ToLower(p[0])
		if old, ok := fields[name]; ok && x.reply == nil {
			fields[name] = old + ", " + p[1]
			continue
		}
		fields[name], order = p[1], append(order, name)
	}
	x.checkHeaders(phase, want, fields)
	var lines []string
	for _, name := range order {
		lines = append(lines, name+": "+fields[name])
	}
	for _, m := range want.Headers {
		x.match(phase, "header", m, lines)
	}
	for _, m := range want.Body {
		x.match(phase, "body", m, []string{got.body})
	}
	x.checkReply(phase, want.Immediate, got.held)
	x.checkLogs(phase, want)
}

func (x *exchange) checkHeaders(phase string, want *Expectation, fields map[string]string) {
	for _, h := range want.HasHeader {
		value, ok := fields[strings.ToLower(h.Key)]
		switch {
		case !ok:
			x.fail(phase, "the header %s is not there", h.Key)
		case value != h.Value:
			x.fail(phase, "the header %s is %q, want %q", h.Key, value, h.Value)
		}
	}
	for _, h := range want.NoHeader {
		if value, ok := fields[strings.ToLower(h.Key)]; ok {
			x.fail(phase, "the header %s is %q, want none", h.Key, value)
		}
	}
}

func (x *exchange) checkReply(phase string, want *Immediate, held bool) {
	switch {
	case want == nil && x.reply != nil:
		x.fail(phase, "the plugin answered %d itself; want it to let the exchange go on", x.reply.Status)
	case want == nil && held:
		x.fail(phase, "the plugin holds the headers back; want it to let the exchange go on")
	case want != nil && x.reply == nil:
		x.fail(phase, "the plugin did not answer; want an immediate response")
	}
	if want == nil || x.reply == nil {
		return
	}
	if want.HTTPStatus != nil && *want.HTTPStatus != uint64(x.reply.Status) {
		x.fail(phase, "the answer's status is %d, want %d", x.reply.Status, *want.HTTPStatus)
	}
	if want.GRPCStatus != nil && *want.GRPCStatus != uint64(uint32(x.reply.GRPCStatus)) {
		x.fail(phase, "the answer's gRPC status is %d, want %d", x.reply.GRPCStatus, *want.GRPCStatus)
	}
	if want.Details != nil && *want.Details != x.reply.Details {
		x.fail(phase, "the answer's details are %q, want %q", x.reply.Details, *want.Details)
	}
}

func (x *exchange) checkLogs(phase string, want *Expectation) {
	for _, m := range want.Log {
		x.match(phase, "log line", m, x.logs)
	}
}

// match looks for a text among those that came.
func (x *exchange) match(phase, what string, m Matcher, texts []string) {
	var is func(string) bool
	var wanted string
	switch {
	case m.Regex != nil:
		wanted = "that matches " + *m.Regex
		is = regexp.MustCompile("^(?:" + *m.Regex + ")$").MatchString // Load has compiled it
	case m.File != nil:
		content, err := read(x.suite.path(*m.File))
		if err != nil {
			x.fail(phase, "%s: %v", what, err)
			return
		}
		wanted = "like the file " + *m.File
		is = func(s string) bool { return s == content }
	default:
		wanted = "like " + *m.Exact
		is = func(s string) bool { return s == *m.Exact }
	}
	found := false
	for _, s := range texts {
		found = found || is(s)
	}
	if found == m.Invert {
		not := "no"
		if m.Invert {
			not = "there is a"
		}
		x.fail(phase, "%s %s %s; there are\n%s", not, what, wanted, strings.Join(texts, "\n"))
	}
}
