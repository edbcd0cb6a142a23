package replay

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/run/play"
	"github.com/sluiceproxy/sluice/run/record"
)

// ignored are headers that gateways and servers write anew for each exchange.
var ignored = [...]string{"date", "x-request-id", "x-envoy-upstream-service-time", "connection", "keep-alive", "transfer-encoding"}

// comparison is that of one exchange.
type comparison struct {
	o        Options
	masks    record.Masks
	e        record.Exchange
	recorded bool // the old side is what was recorded
	found    []Part
}

// parts are what differs between two outcomes.
func (c *comparison) parts(was, now play.Outcome) []Part {
	if c.recorded { // what was recorded is masked
		now = c.masked(now)
	}
	c.add("response", reached(!was.Broken, "complete", "broken off"), reached(!now.Broken, "complete", "broken off"))
	c.add("request to the upstream", reached(was.Upstream != nil, "sent", "not sent"), reached(now.Upstream != nil, "sent", "not sent"))
	if was.Upstream != nil && now.Upstream != nil {
		c.message("upstream request", *was.Upstream, *now.Upstream)
	}
	c.message("client response", was.Response, now.Response)
	was.Callouts = own(was.Callouts, now.Callouts)
	for i := range max(len(was.Callouts), len(now.Callouts)) {
		c.callout(i, was.Callouts, now.Callouts)
	}
	if c.o.Logs {
		for i := range max(len(was.Logs), len(now.Logs)) {
			c.add(fmt.Sprintf("log line %d", i+1), at(was.Logs, i), at(now.Logs, i))
		}
	}
	return c.found
}

// own leaves out recorded calls that may have been another exchange's, and that this
// one didn't make now.
func own(was, now []record.Call) (out []record.Call) {
	for i, c := range was {
		asked := func(n record.Call) bool { return n.Cluster == c.Cluster && string(n.Query) == string(c.Query) }
		if !c.Shared || slices.ContainsFunc(now, asked) {
			out = append(out, was[i])
		}
	}
	return out
}

func reached(yes bool, is, isNot string) string {
	if yes {
		return is
	}
	return isNot
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func (c *comparison) add(what, was, now string) {
	if was != now {
		c.found = append(c.found, Part{what, was, now})
	}
}

// masked is an outcome as a recording would have it.
func (c *comparison) masked(o play.Outcome) play.Outcome {
	e := record.Exchange{Request: record.Message{}, Response: o.Response, Callouts: slices.Clone(o.Callouts)}
	if o.Upstream != nil {
		e.Upstream = &record.Call{Request: *o.Upstream}
	}
	c.masks.Exchange(&e)
	o.Response, o.Callouts = e.Response, e.Callouts
	if e.Upstream != nil {
		o.Upstream = &e.Upstream.Request
	}
	return o
}

func (c *comparison) message(where string, was, now record.Message) {
	c.fields(where+": header ", was.Headers, now.Headers)
	if was.Size == 0 && now.Size == 0 { // else not all of it is known
		c.add(where+": body", string(was.Body), string(now.Body))
	}
	c.fields(where+": trailer ", was.Trailers, now.Trailers)
}

// fields compares headers: their order counts only within one name.
func (c *comparison) fields(where string, was, now [][2]string) {
	a, b := c.byName(was), c.byName(now)
	for _, name := range names(a, b) {
		c.add(where+name, strings.Join(a[name], ", "), strings.Join(b[name], ", "))
	}
}

func (c *comparison) byName(list [][2]string) map[string][]string {
	m := map[string][]string{}
	for _, h := range list {
		if h[0] == "content-length" && c.recorded && partial(c.e) {
			continue
		}
		if !slices.Contains(ignored[:], h[0]) && !slices.ContainsFunc(c.o.Ignore, func(n string) bool { return strings.EqualFold(n, h[0]) }) {
			m[h[0]] = append(m[h[0]], h[1])
		}
	}
	return m
}

// partial reports that bodies were cut off or masked, so that lengths are not those
// that were recorded.
func partial(e record.Exchange) bool {
	list := []record.Message{e.Request, e.Response}
	if e.Upstream != nil {
		list = append(list, e.Upstream.Request, e.Upstream.Response)
	}
	return slices.ContainsFunc(list, func(m record.Message) bool {
		return m.Size > 0 || strings.Contains(string(m.Body), record.Mask)
	})
}

func names(a, b map[string][]string) (all []string) {
	for name := range a {
		all = append(all, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

func (c *comparison) callout(i int, was, now []record.Call) {
	where := fmt.Sprintf("callout %d", i+1)
	a, b := title(was, i), title(now, i)
	c.add(where, a, b)
	if a == b && i < len(was) && was[i].Query == nil {
		c.message(where+" request", was[i].Request, now[i].Request)
	}
}

// title says what a callout asks.
func title(list []record.Call, i int) string {
	if i >= len(list) {
		return ""
	}
	k := list[i]
	if k.Query != nil {
		return fmt.Sprintf("%s %q", k.Cluster, k.Query)
	}
	return k.Cluster + " " + k.Request.Get(":method") + " " + k.Request.Get(":path")
}
