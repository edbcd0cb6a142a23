package hub

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTrafficTag(t *testing.T) {
	for _, overwrite := range []bool{false, true} {
		t.Run(map[bool]string{false: "kept", true: "overwritten"}[overwrite], func(t *testing.T) {
			attack(t, guard{
				plugin: "traffic-tag",
				config: fmt.Sprintf(`{"conditionGroups":[
					{"headerName":"x-mse-tag","headerValue":"gray","logic":"and","conditions":[
						{"conditionType":"header","key":"x-role","operator":"in","value":["editor","viewer"]},
						{"conditionType":"parameter","key":"foo","operator":"equal","value":["bar"]}]},
					{"headerName":"x-mse-tag","headerValue":"blue","logic":"or","conditions":[
						{"conditionType":"cookie","key":"user","operator":"percentage","value":["30"]},
						{"conditionType":"header","key":"x-role","operator":"regex","value":["^adm[i1]n$"]}]}],
					"weightGroups":[{"headerName":"x-mse-tag","headerValue":"red","weight":20},{"headerName":"x-mse-tag","headerValue":"green","weight":40}],
					"weightKey":{"conditionType":"header","key":"x-user"},
					"defaultTagKey":"x-mse-tag","defaultTagVal":"base","overwrite":%v}`, overwrite),
				mutate:  mutateTagged,
				verdict: func(*request) verdict { return passes(whatever) },
				exact:   func(q *request, got outcome) (string, string) { return tagOf(q, got, overwrite) },
				kinds:   slices.DeleteFunc([]string{"gray", "blue", "red", "green", "base", "chance", "mine"}, func(k string) bool { return overwrite && k == "mine" }),
			})
		})
	}
}

// mutateTagged adds what the conditions look at, and tags of the client's.
func mutateTagged(r *rand.Rand, q *request) {
	if oneIn(r, 2) && !q.odd {
		q.target = "/get?" + pick(r, "", "a=1&", "&&", "Foo=x&") + pick(r, "foo=bar", "foo=bar", "foo=b%61r&foo=x", "foo=x&foo=bar", "foo=barx", "%66oo=bar", "foo=bar;a", "foo")
	}
	if oneIn(r, 2) {
		q.add(pick(r, "x-role", "X-ROLE"), pick(r, "editor", "viewer", "editor", "viewer", "editor,viewer", "Editor", "admin", "adm1n", "admin2", "xadmin"))
	}
	for range pick(r, 0, 0, 1, 2) {
		q.add(pick(r, "cookie", "Cookie"), pick(r, "", "a=b; ", "users=x;", "xuser=1; ")+fmt.Sprintf("user=u%d", r.IntN(1000))+pick(r, "", "; user=last", ";c"))
	}
	if oneIn(r, 2) {
		q.add(pick(r, "x-user", "X-User"), fmt.Sprintf("%s%d", pick(r, "u", "\xff", "a,b;"), r.IntN(1000)))
	}
	if oneIn(r, 5) {
		q.add(pick(r, "x-mse-tag", "X-Mse-Tag", "X-MSE-TAG"), "mine")
	}
}

var (
	userCookie = regexp.MustCompile(`(?:^|;) *user=([^;]*)`)
	adminRole  = regexp.MustCompile(`^adm[i1]n$`)
)

// tagOf knows which tag a request gets, or of which ones.
func tagOf(q *request, got outcome, overwrite bool) (kind, wrong string) {
	want, kind := wantedTag(q), ""
	if kind = want[0]; len(want) > 1 {
		kind = "chance"
	}
	if !overwrite && len(q.values("x-mse-tag")) > 0 {
		want, kind = []string{"mine"}, "mine"
	}
	tags := got.seen.Values("X-Mse-Tag")
	if len(tags) != 1 || !slices.Contains(want, tags[0]) {
		return kind, fmt.Sprintf("the backend sees the tags %q, want one of %q", tags, want)
	}
	return kind, ""
}

func wantedTag(q *request) []string {
	role := append(q.values("x-role"), "")[0]
	if (role == "editor" || role == "viewer") && firstParameter(q.target, "foo") == "bar" {
		return []string{"gray"}
	}
	user := userCookie.FindStringSubmatch(strings.Join(q.values("cookie"), ";"))
	if adminRole.MatchString(role) || user != nil && hundredth(user[1]) < 30 {
		return []string{"blue"}
	}
	key := q.values("x-user")
	if len(key) == 0 {
		return []string{"red", "green", "base"}
	}
	switch h := hundredth(key[0]); {
	case h < 20:
		return []string{"red"}
	case h < 60:
		return []string{"green"}
	}
	return []string{"base"}
}

// hundredth is what the plugin's page says of hashes.
func hundredth(value string) int64 {
	sum := sha256.Sum256([]byte(value))
	n := new(big.Int).SetBytes(sum[:8])
	return n.Mod(n, big.NewInt(100)).Int64()
}

// firstParameter is the first of a name in a target's query.
func firstParameter(target, name string) string {
	_, text, _ := strings.Cut(target, "?")
	for _, p := range parametersOf(text) {
		if p[0] == name {
			return p[1]
		}
	}
	return ""
}

// parametersOf takes a query or a form apart, as the WHATWG's URL standard does.
func parametersOf(text string) (all [][2]string) {
	for part := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(part, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if part != "" && err1 == nil && err2 == nil {
			all = append(all, [2]string{n, v})
		}
	}
	return all
}
