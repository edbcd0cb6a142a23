package wrapper

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// sevenLevels has one rule for each level, in the order of the document's list
// turned round, so that the more special ones come first.
const sevenLevels = `{"name":"global","_rules_":[
	{"name":"consumer on route","_match_consumer_":["vip"],"_match_route_":["r/exact"]},
	{"name":"consumer","_match_consumer_":["vip","gold"]},
	{"name":"route and service","_match_route_":["r/both"],"_match_service_":["svc.dns:80"]},
	{"name":"service","_match_service_":["svc.dns"]},
	{"name":"route","_match_route_":["r/exact"]},
	{"name":"prefix","_match_route_prefix_":["r/"]},
	{"name":"domain","_match_domain_":["*.bücher.example","[2001:db8::1]"]}]}`

func TestSevenLevels(t *testing.T) {
	const svc, other = "outbound|80||svc.dns", "outbound|80||other.dns"
	for _, c := range []struct {
		host, route, cluster, consumer, want string
	}{
		{"a.example", "x", other, "", "global"},
		{"a.example", "x", other, "nobody", "global"},
		{"WWW.xn--bcher-kva.example.:8443", "x", other, "", "domain"},
		{"[2001:DB8:0::1]:80", "x", other, "", "domain"},
		{"www.xn--bcher-kva.example", "r/any", other, "", "prefix"},
		{"www.xn--bcher-kva.example", "r/exact", other, "", "route"},
		{"a.example", "r/exact", svc, "", "service"},
		{"a.example", "r/both", svc, "", "route and service"},
		{"a.example", "r/both", svc, "gold", "consumer"},
		{"a.example", "r/exact", svc, "gold", "consumer"},
		{"a.example", "r/exact", svc, "vip", "consumer on route"},
		{"a.example", "r/both", svc, "vip", "consumer"},
		{"a.example", "x", other, "VIP", "global"},
	} {
		h := start(t, plugintest.Options{
			Config:     []byte(sevenLevels),
			Properties: map[string]string{"xds.route_name": c.route, "xds.cluster_name": c.cluster},
		}, ProcessRequestHeaders(answerWith))
		headers := requestTo("GET", c.host, "/")
		if c.consumer != "" {
			headers = append(headers, [2]string{DefaultConsumerHeader, c.consumer})
		}
		if ex := h.Request(headers); ex.Reply == nil || string(ex.Reply.Body) != c.want {
			t.Errorf("%+v: reply %+v", c, ex.Reply)
		}
	}
}

// Within a list the order decides, whatever the levels.
func TestFirstRuleBeatsLevel(t *testing.T) {
	rules := map[string]string{
		"consumer": `{"_match_consumer_":["vip"],"name":"consumer"}`,
		"domain":   `{"_match_domain_":["a.example"],"name":"domain"}`,
		"route":    `{"_match_route_":["r"],"name":"route"}`,
		"prefix":   `{"_match_route_prefix_":["r"],"name":"prefix"}`,
		"service":  `{"_match_service_":["svc.dns"],"name":"service"}`,
		"both":     `{"_match_route_":["r"],"_match_service_":["svc.dns"],"name":"both"}`,
	}
	for first, one := range rules {
		for second, two := range rules {
			if first == second {
				continue
			}
			h := start(t, plugintest.Options{
				Config:     []byte(`{"name":"global","_rules_":[` + one + `,` + two + `]}`),
				Properties: map[string]string{"xds.route_name": "r", "xds.cluster_name": "outbound|80||svc.dns"},
			}, ProcessRequestHeaders(answerWith))
			ex := h.Request(append(requestTo("GET", "a.example", "/"), [2]string{DefaultConsumerHeader, "vip"}))
			if ex.Reply == nil || string(ex.Reply.Body) != first {
				t.Errorf("%s before %s: reply %+v", first, second, ex.Reply)
			}
		}
	}
}

// Where a plugin before has added a consumer beside the client's, that counts.
func TestConsumerHeader(t *testing.T) {
	const config = `{"name":"g","_rules_":[{"_match_consumer_":["vip"],"name":"vip"}]}`
	for _, c := range []struct {
		headers [][2]string
		options []CtxOption[settings]
		want    string
	}{
		{nil, nil, "g"},
		{[][2]string{{"x-mse-consumer", ""}}, nil, "g"},
		{[][2]string{{"x-mse-consumer", "vip"}}, nil, "vip"},
		{[][2]string{{"x-mse-consumer", "vip"}, {"x-mse-consumer", "member"}}, nil, "g"},
		{[][2]string{{"x-mse-consumer", "member"}, {"x-mse-consumer", "vip"}}, nil, "vip"},
		{[][2]string{{"x-mse-consumer", "member, vip"}}, nil, "g"},
		{[][2]string{{"x-user", "vip"}}, []CtxOption[settings]{WithConsumerHeader[settings]("X-User")}, "vip"},
		{[][2]string{{"x-mse-consumer", "vip"}}, []CtxOption[settings]{WithConsumerHeader[settings]("x-user")}, "g"},
		{[][2]string{{"x-mse-consumer", "vip"}}, []CtxOption[settings]{WithConsumerHeader[settings]("")}, "vip"},
	} {
		h := start(t, plugintest.Options{Config: []byte(config)}, append(c.options, ProcessRequestHeaders(answerWith))...)
		ex := h.Request(append(requestTo("GET", "a.example", "/"), c.headers...))
		if ex.Reply == nil || string(ex.Reply.Body) != c.want {
			t.Errorf("%v: reply %+v, want %s", c.headers, ex.Reply, c.want)
		}
	}
}

type noHeaders struct{ *fake }

func (noHeaders) GetHeaderMapPairs(abi.MapType) ([][2]string, abi.Status) {
	return nil, abi.StatusInternalFailure
}

// A request whose consumer can't be read is not taken for anybody's.
func TestConsumerThatCannotBeRead(t *testing.T) {
	f := startFake(t, `{"name":"g","_rules_":[{"_match_consumer_":["vip"],"name":"vip"}]}`,
		ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			t.Error("called without a configuration")
			return types.ActionContinue
		}))
	abi.SetHost(noHeaders{f})
	id := f.stream()
	if f.vm.OnRequestHeaders(id, 4, true) == 0 || f.calls["local_response"] != 1 {
		t.Errorf("it passed: %v", f.calls)
	}
	f.end(id)
}

func TestGetMatchConfigFor(t *testing.T) {
	var got []string
	look := func(c HttpContext, _ settings) types.Action {
		ctx := c.(*CommonHttpCtx[settings])
		for _, consumer := range []string{"vip", "", "member"} {
			config, err := ctx.GetMatchConfigFor(consumer)
			if err != nil {
				t.Error(err)
			}
			got = append(got, config.name)
		}
		header, looks := ctx.LooksAtConsumer()
		if got = append(got, header); !looks {
			got = append(got, "doesn't look")
		}
		return types.ActionContinue
	}
	for config, want := range map[string]string{
		`{"name":"g","_rules_":[{"_match_consumer_":["vip"],"name":"v"}]}`:     "v g g x-mse-consumer",
		`{"name":"g","_rules_":[{"_match_domain_":["a.example"],"name":"d"}]}`: "d d d x-mse-consumer doesn't look",
		`{"name":"g"}`: "g g g x-mse-consumer doesn't look",
		`{"name":"g","_rules_":[{"_match_consumer_":["vip"],"_match_route_":["r"],"name":"v"}]}`: "v g g x-mse-consumer",
	} {
		got = nil
		h := start(t, plugintest.Options{Config: []byte(config), Properties: map[string]string{"xds.route_name": "r"}}, ProcessRequestHeaders(look))
		h.Request(append(requestTo("GET", "a.example", "/"), [2]string{DefaultConsumerHeader, "vip"}))
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", config, got, want)
		}
	}
}

// A rule that can't be reached is told of; it refuses nothing, since a gateway
// that had it before goes on as it did.
func TestRepeatedRule(t *testing.T) {
	h := start(t, plugintest.Options{Config: []byte(`{"_rules_":[{"_match_domain_":["a","b"],"name":"1"},{"_match_route_":["a"],"name":"2"},{"_match_domain_":["b","a"],"name":"3"}]}`)},
		ProcessRequestHeaders(answerWith))
	if got := h.Logs(); !contains(h.LogsAt(3), "_rules_[2]: never used") || contains(h.LogsAt(3), "_rules_[1]") {
		t.Errorf("log %v", got)
	}
}

// A plugin whose rules look at the header that its gateway's authentication
// sets.
func ExampleWithConsumerHeader() {
	SetCtx("limit", ParseConfig(parseSettings), WithConsumerHeader[settings]("x-user"), ProcessRequestHeaders(answerWith))
	// Output:
}

// A module with two plugins tells their log lines apart.
func ExampleNewLog() {
	auth, limit := NewLog("edge/auth"), NewLog("edge/limit")
	auth.Info("known")
	limit.Info("not too often")
	// Output:
}
