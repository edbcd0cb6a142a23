package budget

import (
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/run/bench"
	"github.com/sluiceproxy/sluice/run/record"
)

// cost is what a callback may cost in the mean. Contexts of streams and the host's
// answers come out of batches, and count as parts of an allocation.
type cost struct{ hostCalls, allocations float64 }

// costs are those of the two callbacks that a request without a body has.
type costs struct{ request, response cost }

// passing is a request that a plugin lets pass.
type passing struct {
	plugin, config, path string
	headers              [][2]string
	costs
}

var all = map[string]passing{
	"key-auth": {plugin: "key-auth", config: `{"keys":["x-api-key"],"in_header":true,"consumers":[{"name":"c1","credential":"key-1"}]}`,
		headers: [][2]string{{"x-api-key", "key-1"}}, costs: costs{request: cost{3.1, 1.1}}},
	"key-auth, query": {plugin: "key-auth", config: `{"keys":["apikey"],"in_query":true,"consumers":[{"name":"c1","credential":"key-1"}]}`,
		path: "/get?apikey=key-1", costs: costs{request: cost{3.1, 2.1}}},
	"basic-auth": {plugin: "basic-auth", config: `{"consumers":[{"name":"c1","credential":"user1:test1"}]}`,
		headers: [][2]string{{"authorization", "Basic dXNlcjE6dGVzdDE="}}, costs: costs{request: cost{3.1, 3.1}}},
	"ip-restriction": {plugin: "ip-restriction", config: `{"deny":["10.0.0.0/24"]}`, costs: costs{request: cost{1.1, 1.1}}},
	"hmac-auth": {plugin: "hmac-auth", config: `{"consumers":[{"name":"c1","key":"appKey","secret":"appSecret"}]}`, path: "/Third/Tools/checkSign",
		headers: [][2]string{{"accept", "application/json"}, {"x-ca-key", "appKey"}, {"x-ca-signature", "ZpJhkHdtjLTJiR6CJWHL8ikLtPB2z6CoztG21wG3PT4="}},
		costs:   costs{request: cost{3.1, 11.1}}},
	"key-rate-limit": {plugin: "key-rate-limit", config: `{"limit_by_param":"apikey","limit_keys":[{"key":"key-1","query_per_second":10000000}]}`,
		path: "/get?apikey=key-1", costs: costs{request: cost{5.1, 6.2}, response: cost{0, 0.1}}},
	"request-block": {plugin: "request-block", config: `{"block_urls":["swagger.html","/actuator"]}`, path: "/get?a=1", costs: costs{request: cost{1.1, 0.2}}},
	"transformer": {plugin: "transformer", config: `{"reqRules":[{"operate":"remove","headers":[{"key":"x-internal"}]},{"operate":"replace","headers":[{"key":"x-added","newValue":"1"}]}]}`,
		headers: [][2]string{{"x-internal", "1"}}, costs: costs{request: cost{3.1, 6.2}, response: cost{0, 0.1}}},
	"custom-response": {plugin: "custom-response", config: `{"rules":[{"enable_on_status":[404],"body":"not here"}]}`, costs: costs{request: cost{1.1, 0.1}, response: cost{1, 0.1}}},
	"cors": {plugin: "cors", config: `{"allow_origin_patterns":["https://*.example.com"],"allow_credentials":true}`,
		headers: [][2]string{{"origin", "https://a.example.com"}}, costs: costs{request: cost{1.1, 4.2}, response: cost{4.1, 1.1}}},
	"traffic-tag": {plugin: "traffic-tag", config: `{"conditionGroups":[{"headerName":"x-tag","headerValue":"gray","logic":"and","conditions":[` +
		`{"conditionType":"header","key":"role","operator":"in","value":["user"]},{"conditionType":"parameter","key":"foo","operator":"equal","value":["bar"]}]}]}`,
		path: "/get?foo=bar", headers: [][2]string{{"role", "user"}}, costs: costs{request: cost{2.1, 1.1}}},
	"redirect": {plugin: "redirect", config: `{"rules":[{"exact":"/old","to":"/new"},{"regex":"^/user/([0-9]+)$","to":"/users?id=$1"}]}`, costs: costs{request: cost{1.1, 0.2}}},
	"ext-auth": {plugin: "ext-auth", config: `{"http_service":{"endpoint_mode":"envoy","endpoint":{"service_name":"auth.static","service_port":8090,"path_prefix":"/auth"}}}`,
		headers: [][2]string{{"authorization", "Bearer good"}}, costs: costs{request: cost{3.1, 10.4}, response: cost{0, 0.1}}},
	"cluster-key-rate-limit": {plugin: "cluster-key-rate-limit", config: `{"rule_name":"r","rule_items":[{"limit_by_header":"x-api-key","limit_keys":[{"key":"key-1","query_per_minute":1000}]}],"redis":{"service_name":"redis.static"}}`,
		headers: [][2]string{{"x-api-key", "key-1"}}, costs: costs{request: cost{3.1, 14.4}, response: cost{0, 0.1}}},
}

func TestBudgets(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a module for each plugin")
	}
	for name, p := range all {
		t.Run(name, func(t *testing.T) {
			r := p.run(t)
			for callback, most := range map[string]cost{"proxy_on_request_headers": p.request, "proxy_on_response_headers": p.response} {
				got, ran := find(r, callback)
				if most == (cost{}) {
					if ran {
						t.Errorf("%s runs, although the plugin needs it for nothing", callback)
					}
					continue
				}
				if !ran || got.HostCallsTotal > most.hostCalls || got.Allocations > most.allocations {
					t.Errorf("%s: %.2f calls of the host, %v, and %.2f allocations, want at most %v", callback, got.HostCallsTotal, got.HostCalls, got.Allocations, most)
				}
			}
		})
	}
}

// run sends the request often enough that it does not matter what the first one has
// to make.
func (p passing) run(t *testing.T) *bench.Report {
	t.Helper()
	plugin, err := run.LoadPlugin(t.Context(), run.Options{Source: filepath.Join("..", "..", p.plugin)})
	if err != nil {
		t.Fatal(err)
	}
	path := p.path
	if path == "" {
		path = "/get"
	}
	headers := append([][2]string{{":path", path}, {":authority", "hub.test"}, {":method", "GET"}, {":scheme", "http"}, {"x-forwarded-proto", "http"}, {"user-agent", "test"}}, p.headers...)
	answer := &record.Call{Cluster: "upstream", Response: record.Message{Headers: [][2]string{{":status", "200"}, {"content-type", "text/plain"}}}}
	exchange := record.Exchange{Request: record.Message{Headers: headers}, Upstream: answer, Callouts: []record.Call{
		{Cluster: "outbound|8090||auth.static", Request: record.Message{Headers: [][2]string{{":method", "GET"}, {":path", "/auth/get"}}}, Response: record.Message{Headers: [][2]string{{":status", "200"}}}},
		{Cluster: "outbound|80||redis.static", Query: record.Bytes("*1\r\n$4\r\nPING\r\n"), Reply: record.Bytes("*3\r\n:1\r\n:5\r\n:60000\r\n")},
	}}
	r, err := bench.Embedded(t.Context(), bench.Options{Name: p.plugin, Code: plugin.Code, Config: []byte(p.config), Runs: 100, Requests: []record.Exchange{exchange}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Allocations {
		t.Fatal("allocations are not known")
	}
	return r
}

func find(r *bench.Report, name string) (bench.Callback, bool) {
	for _, c := range r.Callbacks {
		if c.Name == name {
			return c, true
		}
	}
	return bench.Callback{}, false
}
