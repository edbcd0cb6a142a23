package match

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestHostPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, host string
		want          bool
	}{
		{"www.example.com", "www.example.com", true},
		{"www.example.com", "www.example.com:8080", true},
		{"www.example.com", "WWW.Example.COM", true},
		{"WWW.example.com", "www.example.com", true},
		{"www.example.com", "www.example.com.", true},
		{"www.example.com.", "www.example.com.:80", true},
		{"www.example.com", "www.example.com..", false},
		{"www.example.com", "xwww.example.com", false},
		{"www.example.com", "", false},
		{"*bar.com", "xbar.com", true},
		{"*bar.com", "bar.com", true},
		{"*.foo.com", "a.foo.com", true},
		{"*.foo.com", "A.FOO.com:1", true},
		{"*.foo.com", "foo.com", false},
		{"*.foo.com", "foo.com.evil", false},
		{"foo.*", "foo.org", true},
		{"foo.*", "xfoo.org", false},
		{"*", "anything", true},
		{"*", "", true},
		{"*.", "a.com", false},
		{"*.", "a.com.", false},
		{"[::1]", "[::1]:8080", true},
		{"[::1]", "[::1]", true},
		{"[::1]", "[::2]", false},
		{"[::1]", "[0:0:0:0:0:0:0:1]:80", true},
		{"::1", "[::1]", true},
		{"2001:DB8::0a", "[2001:db8:0::a]:443", true},
		{"::ffff:192.0.2.1", "[::ffff:c000:201]", true},
		{"[fe80::*", "[fe80::1]", true},
		{"[fe80::*", "[fe81::1]", false},
		{"192.0.2.1", "192.0.2.1:80", true},
		{"*k.com", "\u212A.com", false},
	} {
		rules := []Rule{{Kind: Host, Hosts: []string{c.pattern}}}
		want := -1
		if c.want {
			want = 0
		}
		if got := New(rules).Find(Request{Host: c.host}); got != want {
			t.Errorf("pattern %q, host %q: rule %d, want %d", c.pattern, c.host, got, want)
		}
		if got := naiveFind(rules, Request{Host: c.host}); got != want {
			t.Errorf("pattern %q, host %q: the naive loop says %d, want %d", c.pattern, c.host, got, want)
		}
	}
}

func TestServices(t *testing.T) {
	for _, c := range []struct {
		name, cluster string
		want          bool
	}{
		{"a.dns", "outbound|80||a.dns", true},
		{"a.dns", "outbound|80|v1|a.dns", true},
		{"a.dns:80", "outbound|80||a.dns", true},
		{"a.dns:81", "outbound|80||a.dns", false},
		{"a.dns", "a.dns", false},
		{"a.dns", "outbound|80|a.dns", false},
		{"a.dns", "outbound|80|||a.dns", false},
		{"a.dns", "", false},
		{"a:b", "outbound|80||a:b", true},
		{"a:", "outbound|||a", true},
		{"a:", "outbound|80||a", false},
	} {
		rules := []Rule{{Kind: Service, Services: []string{c.name}}}
		want := -1
		if c.want {
			want = 0
		}
		if got := New(rules).Find(Request{Cluster: c.cluster}); got != want {
			t.Errorf("service %q, cluster %q: rule %d, want %d", c.name, c.cluster, got, want)
		}
	}
}

func TestFirstRuleWins(t *testing.T) {
	rules := []Rule{
		{Kind: RoutePrefix, Prefixes: []string{"default/b"}},
		{Kind: Route, Routes: []string{"default/bar"}},
		{Kind: Host, Hosts: []string{"*.com"}},
		{Kind: Host, Hosts: []string{"a.com"}},
		{Kind: RouteAndService, Routes: []string{"r"}, Services: []string{"s.dns"}},
		{Kind: Service, Services: []string{"s.dns"}},
		{Kind: RouteAndService, Routes: []string{"r"}, Services: []string{"t.dns"}},
	}
	x := New(rules)
	for _, c := range []struct {
		host, route, cluster string
		want                 int
	}{
		{"", "default/bar", "", 0},
		{"a.com", "default/bar", "", 0},
		{"a.com", "other", "", 2},
		{"a.org", "r", "outbound|80||s.dns", 4},
		{"a.org", "q", "outbound|80||s.dns", 5},
		{"a.org", "r", "outbound|80||t.dns", 6},
		{"a.org", "q", "outbound|80||t.dns", -1},
	} {
		if got := x.Find(Request{Host: c.host, Route: c.route, Cluster: c.cluster}); got != c.want {
			t.Errorf("%+v: rule %d", c, got)
		}
	}
}

func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		rule                 Rule
		host, route, cluster bool
	}{
		{Rule{Kind: Host, Hosts: []string{"a"}}, true, false, false},
		{Rule{Kind: Host, Hosts: []string{"*a"}}, true, false, false},
		{Rule{Kind: Host, Hosts: []string{"a*"}}, true, false, false},
		{Rule{Kind: Route, Routes: []string{"a"}}, false, true, false},
		{Rule{Kind: RoutePrefix, Prefixes: []string{"a"}}, false, true, false},
		{Rule{Kind: Service, Services: []string{"a"}}, false, false, true},
		{Rule{Kind: RouteAndService, Routes: []string{"a"}, Services: []string{"a"}}, false, true, true},
		{Rule{Kind: Host, Hosts: []string{"::1"}}, true, false, false},
		{Rule{Kind: Consumer, Consumers: []string{"a"}}, false, false, false},
		{Rule{Kind: Route, Routes: []string{"a"}, Consumers: []string{"a"}}, false, true, false},
	} {
		x := New([]Rule{c.rule})
		if want := len(c.rule.Consumers) > 0; x.NeedsConsumer() != want {
			t.Errorf("%+v: needs consumer %v", c.rule, !want)
		}
		if x.NeedsHost() != c.host || x.NeedsRoute() != c.route || x.NeedsCluster() != c.cluster {
			t.Errorf("%+v: needs host %v, route %v, cluster %v", c.rule, x.NeedsHost(), x.NeedsRoute(), x.NeedsCluster())
		}
	}
}

// Small alphabets, so that texts are often prefixes and suffixes of others.
func randomName(r *rand.Rand, letters string, most int) string {
	b := make([]byte, r.IntN(most+1))
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

func randomNames(r *rand.Rand, letters string) []string {
	out := make([]string, 1+r.IntN(3))
	for i := range out {
		out[i] = randomName(r, letters, 5)
	}
	return out
}

func randomConsumers(r *rand.Rand) []string {
	out := make([]string, 1+r.IntN(2))
	for i := range out {
		out[i] = [...]string{"vip", "member", "x"}[r.IntN(3)]
	}
	return out
}

func randomRule(r *rand.Rand) Rule {
	rule := Rule{Kind: Kind(r.IntN(6))}
	switch rule.Kind {
	case Host:
		rule.Hosts = randomNames(r, "aB.")
		for i, h := range rule.Hosts {
			rule.Hosts[i] = [...]string{h, "*" + h, h + "*", h + ":80"}[r.IntN(4)]
		}
	case Route, RouteAndService:
		rule.Routes = randomNames(r, "ab/")
	case RoutePrefix:
		rule.Prefixes = randomNames(r, "ab/")
	}
	if rule.Kind == Service || rule.Kind == RouteAndService {
		rule.Services = randomNames(r, "ab:1")
	}
	if rule.Kind == Consumer || r.IntN(3) == 0 {
		rule.Consumers = randomConsumers(r)
	}
	return rule
}

// The index gives what a first-match loop gives, for any list of rules.
func TestIndexIsTheLoop(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		rules := make([]Rule, r.IntN(12))
		for i := range rules {
			rules[i] = randomRule(r)
		}
		x := New(rules)
		for range 20 {
			req := Request{
				Host: randomName(r, "aB.:]", 7), Route: randomName(r, "ab/", 6),
				Cluster:  fmt.Sprintf("outbound|%s||%s", randomName(r, "1", 2), randomName(r, "ab:1", 4)),
				Consumer: [...]string{"", "vip", "member", "other"}[r.IntN(4)],
			}
			if r.IntN(8) == 0 {
				req.Cluster = randomName(r, "a|", 6)
			}
			if got, want := x.Find(req), naiveFind(rules, req); got != want {
				t.Fatalf("round %d: rules %+v\n%+v: rule %d, the loop says %d", round, rules, req, got, want)
			}
		}
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	x := New(manyRules(1000))
	if n := testing.AllocsPerRun(100, func() {
		x.Find(Request{Host: "a.b.h500.example.com:80", Route: "route-999x", Cluster: "outbound|80||svc-7.dns", Consumer: "c4"})
		x.Find(Request{Host: "[2001:db8::1]:80"})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func manyRules(n int) []Rule {
	rules := make([]Rule, n)
	for i := range rules {
		switch i % 6 {
		case 0:
			rules[i] = Rule{Kind: Host, Hosts: []string{fmt.Sprintf("*.h%d.example.com", i)}}
		case 1:
			rules[i] = Rule{Kind: RoutePrefix, Prefixes: []string{fmt.Sprintf("route-%d/", i)}}
		case 2:
			rules[i] = Rule{Kind: Host, Hosts: []string{fmt.Sprintf("h%d.example.com", i)}}
		case 3:
			rules[i] = Rule{Kind: Service, Services: []string{fmt.Sprintf("svc-%d.dns:80", i)}}
		case 4:
			rules[i] = Rule{Kind: Route, Routes: []string{fmt.Sprintf("r%d", i)}, Consumers: []string{fmt.Sprintf("c%d", i%100)}}
		case 5:
			rules[i] = Rule{Kind: Host, Hosts: []string{fmt.Sprintf("[2001:db8::%x]", i&0xffff)}}
		}
	}
	return rules
}

// What it costs to find that no rule matches, which every level has to say.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1, 1000, 100000} {
		x := New(manyRules(n))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				x.Find(Request{Host: "a.b.h0.example.org:80", Route: "route-nil", Cluster: "outbound|80||svc-nil.dns", Consumer: "c4"})
			}
		})
	}
}

// The loop that the index takes the place of.
func BenchmarkLoop(b *testing.B) {
	for _, n := range []int{1, 1000} {
		rules := manyRules(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				naiveFind(rules, Request{Host: "a.b.h0.example.org:80", Route: "route-nil", Cluster: "outbound|80||svc-nil.dns", Consumer: "c4"})
			}
		})
	}
}
