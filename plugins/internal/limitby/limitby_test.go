package limitby

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/sdk/config"
)

func rule(t *testing.T, json string) *Rule {
	t.Helper()
	item, err := config.Parse[Item]([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRule(item, limit.FixedWindow, testPrefix)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testPrefix(field string, _ limit.Limit, key string) string { return field + "/" + key + "/" }

// limits are a request's, as text.
func limits(t *testing.T, r *Rule, path string, headers ...[2]string) string {
	t.Helper()
	got, err := r.Limits(&Request{Path: path, Headers: func() ([][2]string, error) { return headers, nil }})
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, l := range got {
		all = append(all, fmt.Sprintf("%s=%d/%v", l.Key, l.Count, l.Window))
		if l.Open != r.each {
			t.Errorf("%s: open %v", l.Key, l.Open)
		}
	}
	return strings.Join(all, " ")
}

func TestExact(t *testing.T) {
	r := rule(t, `{"limit_by_param":"apikey","limit_keys":[{"key":"a","query_per_second":1},{"key":102,"query_per_minute":2},{"key":"a","query_per_day":9}]}`)
	for path, want := range map[string]string{
		"/?apikey=a": "limit_by_param/apikey/a=1/1s", "/?apikey=102": "limit_by_param/apikey/102=2/1m0s",
		"/": "", "/?apikey=b": "", "/?apikey=": "", "/?APIKEY=a": "", "/?apikey=A": "",
		"/?x=1&%zz&apikey=a":          "limit_by_param/apikey/a=1/1s",
		"/?apikey=%61&apikey=b":       "limit_by_param/apikey/a=1/1s",
		"/?apikey=b&apikey=a":         "limit_by_param/apikey/a=1/1s",
		"/?apikey=a&apikey=a":         "limit_by_param/apikey/a=1/1s",
		"/?apikey=a&apikey=102":       "limit_by_param/apikey/a=1/1s limit_by_param/apikey/102=2/1m0s",
		"/#?apikey=a":                 "",
		"/?a%70ikey=a":                "limit_by_param/apikey/a=1/1s",
		"http://other.test/?apikey=a": "limit_by_param/apikey/a=1/1s",
	} {
		if got := limits(t, r, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	exact := rule(t, `{"limit_by_header":"X-Ca-Key","limit_keys":[{"key":"a","query_per_second":1}]}`)
	each := rule(t, `{"limit_by_per_header":"x-ca-key","limit_keys":[{"key":"regexp:^a","query_per_second":1},{"key":"*","query_per_hour":2,"query_per_day":3}]}`)
	for _, c := range []struct {
		rule    *Rule
		headers [][2]string
		want    string
	}{
		{exact, nil, ""},
		{exact, [][2]string{{"x-ca-key", "a"}}, "limit_by_header/X-Ca-Key/a=1/1s"},
		{exact, [][2]string{{"x-ca-key", "b"}, {"x-ca-key", "a"}}, "limit_by_header/X-Ca-Key/a=1/1s"},
		{each, [][2]string{{"x-ca-key", "ab"}}, "limit_by_per_header/x-ca-key/ab=1/1s"},
		{each, [][2]string{{"x-ca-key", "b"}}, "limit_by_per_header/x-ca-key/b=2/1h0m0s limit_by_per_header/x-ca-key/b=3/24h0m0s"},
		{each, [][2]string{{"x-ca-key", ""}}, "limit_by_per_header/x-ca-key/=2/1h0m0s limit_by_per_header/x-ca-key/=3/24h0m0s"},
		{each, [][2]string{{"x-ca", "b"}}, ""},
	} {
		if got := limits(t, c.rule, "/", c.headers...); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.rule.name, c.headers, got, c.want)
		}
	}
	var many [][2]string
	for i := range MaxValues + 1 {
		many = append(many, [2]string{"x-ca-key", fmt.Sprint("a", i)})
	}
	if got := limits(t, each, "/", many...); got != ErrValues.Error() {
		t.Errorf("%d values: %s", len(many), got)
	}
	failed := errors.New("gone")
	if _, err := each.Limits(&Request{Headers: func() ([][2]string, error) { return nil, failed }}); !errors.Is(err, failed) {
		t.Error(err)
	}
}

func TestConsumersAndCookies(t *testing.T) {
	consumer := rule(t, `{"limit_by_consumer":"","limit_keys":[{"key":"c1","query_per_second":1}]}`)
	for _, c := range []struct {
		values []string
		want   string
	}{
		{[]string{"c1"}, "limit_by_consumer/x-mse-consumer/c1=1/1s"},
		{[]string{"c1", "c2"}, ""}, {[]string{"c2", "c1"}, "limit_by_consumer/x-mse-consumer/c1=1/1s"}, {nil, ""},
	} {
		var headers [][2]string
		for _, v := range c.values {
			headers = append(headers, [2]string{"x-mse-consumer", v})
		}
		if got := limits(t, consumer, "/", headers...); got != c.want {
			t.Errorf("%v: %q, want %q", c.values, got, c.want)
		}
	}
	cookie := rule(t, `{"limit_by_per_cookie":"k","limit_keys":[{"key":"*","query_per_second":1}]}`)
	for text, want := range map[string]string{
		"k=v": "v", "a=1; k=v": "v", "a;k=v=w": "v=w", "kk=v": "", "k": "", "k=": "", "": "", ";;= ; k=x": "x", "k=a; k=b": "a b",
	} {
		var all []string
		for _, v := range strings.Fields(want) {
			all = append(all, "limit_by_per_cookie/k/"+v+"=1/1s")
		}
		if got := limits(t, cookie, "/", [2]string{"cookie", text}); got != strings.Join(all, " ") {
			t.Errorf("%q: %q, want %q", text, got, all)
		}
	}
}

// Every field: which part of a request it looks at, and whether each value has a
// limit of its own.
func TestFields(t *testing.T) {
	headers := [][2]string{{"k", "h"}, {ConsumerHeader, "c"}, {"x", "k=x"}, {"Cookie", "k=o"}}
	for field, value := range map[string]string{"header": "h", "param": "p", "consumer": "c", "cookie": "o"} {
		key := map[bool]string{true: ConsumerHeader, false: "k"}[field == "consumer"]
		one := rule(t, `{"limit_by_`+field+`":"k","limit_keys":[{"key":"`+value+`","query_per_second":1}]}`)
		each := rule(t, `{"limit_by_per_`+field+`":"k","limit_keys":[{"key":"*","query_per_second":1}]}`)
		if one.each || !each.each {
			t.Errorf("%s: each %v and %v", field, one.each, each.each)
		}
		for r, name := range map[*Rule]string{one: "limit_by_" + field, each: "limit_by_per_" + field} {
			if got, want := limits(t, r, "/?k=p", headers...), name+"/"+key+"/"+value+"=1/1s"; got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
	each := rule(t, `{"limit_by_per_param":"k","limit_keys":[{"key":"*","query_per_second":1}]}`)
	path := "/?"
	for i := range MaxValues {
		path += fmt.Sprintf("k=%d&k=%d&", i, i)
	}
	if got := limits(t, each, path); strings.Count(got, " ") != MaxValues-1 {
		t.Errorf("%d values: %s", MaxValues, got)
	}
	if got := limits(t, each, path+"k=one"); got != ErrValues.Error() {
		t.Errorf("one more: %s", got)
	}
	asked := 0
	req := &Request{Path: "/", Headers: func() ([][2]string, error) { asked++; return headers, nil }}
	header := rule(t, `{"limit_by_header":"k","limit_keys":[{"key":"x","query_per_second":1}]}`)
	for range 2 {
		if _, err := header.Limits(req); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("the headers were asked for %d times", asked)
	}
}

func TestTrustedHops(t *testing.T) {
	for json, ok := range map[string]bool{
		`{"limit_by_per_ip":"from-header-x-forwarded-for","trusted_hops":1`: true, `{"limit_by_per_ip":"from-remote-addr","trusted_hops":1`: false,
		`{"limit_by_per_ip":"from-remote-addr"`: true, `{"limit_by_param":"a","trusted_hops":1`: false,
	} {
		item, err := config.Parse[Item]([]byte(json + `,"limit_keys":[{"key":"192.0.2.0/24","query_per_day":1}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewRule(item, limit.GCRA, testPrefix); (err == nil) != ok {
			t.Errorf("%s: %v", json, err)
		}
	}
}

func TestRefusedItems(t *testing.T) {
	const keys = `"limit_keys":[{"key":"*","query_per_second":1}]`
	for json, want := range map[string]string{
		`{` + keys + `}`: "one of the limit_by fields",
		`{"limit_by_header":"a","limit_by_param":"b",` + keys + `}`:                                    "only one",
		`{"limit_by_header":"a","limit_by_consumer":"",` + keys + `}`:                                  "only one",
		`{"limit_by_per_ip":"x-real-ip",` + keys + `}`:                                                 "from-header-",
		`{"limit_by_per_ip":"from-header-",` + keys + `}`:                                              "from-header-",
		`{"limit_by_per_ip":"from-remote-addr",` + keys + `}`:                                          "limit_keys[0]: key",
		`{"limit_by_per_header":"a","limit_keys":[{"key":"b","query_per_second":1}]}`:                  "must be *",
		`{"limit_by_per_header":"a","limit_keys":[{"key":"regexp:(","query_per_second":1}]}`:           "limit_keys[0]: key",
		`{"limit_by_header":"a","limit_keys":[{"key":"","query_per_second":1}]}`:                       "must not be empty",
		`{"limit_by_header":"a","limit_keys":[{"key":"b"}]}`:                                           "query_per_second",
		`{"limit_by_header":"a","limit_keys":[{"key":"b","query_per_second":0}]}`:                      "query_per_second",
		`{"limit_by_header":"a","trusted_hops":1,` + keys + `}`:                                        "trusted_hops",
		`{"limit_by_header":"a","limit_keys":[{"key":"b","query_per_day":9000000000000}]}`:             "out of bounds",
		`{"limit_by_per_ip":"from-remote-addr","limit_keys":[{"key":"1.2.3.4/33","query_per_day":1}]}`: "1.2.3.4/33",
	} {
		item, err := config.Parse[Item]([]byte(json))
		if err != nil {
			t.Fatalf("%s: %v", json, err)
		}
		if _, err := NewRule(item, limit.FixedWindow, testPrefix); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", json, err, want)
		}
	}
}

func TestNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"1.2.3.4": "1.2.3.4/32", "::ffff:1.2.3.4": "1.2.3.4/32", "fe80::1%eth0": "fe80::1/128", "::ffff:1.2.3.0/120": "1.2.3.0/24",
		"::ffff:0.0.0.0/96": "0.0.0.0/0", "::ffff:1.2.3.4/97": "1.2.3.4/1", "::ffff:0.0.0.0/95": "::ffff:0.0.0.0/95", "2001:db8::/97": "2001:db8::/97",
		"0.0.0.0/0": "0.0.0.0/0", "2001:db8::/32": "2001:db8::/32",
	} {
		if got, err := network(text); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1.2.3", "1.2.3.4/", "a/8"} {
		if got, err := network(text); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestRates(t *testing.T) {
	got, err := Rates{PerSecond: 1, PerMinute: 2, PerHour: 3, PerDay: 4, Burst: 5}.Limits(limit.GCRA)
	if err != nil || len(got) != 4 || got[3] != (limit.Limit{Count: 4, Window: 24 * time.Hour, Burst: 5, Algorithm: limit.GCRA}) {
		t.Errorf("%v, %v", got, err)
	}
}
