package hub

import (
	"slices"
	"testing"
)

// Two authentication plugins in a row: the second leaves the consumer that the
// first has found, and takes off one that the client has sent, although it reads
// the same header in both cases. On Envoy they are two VMs.
func TestConsumerThroughTwoPlugins(t *testing.T) {
	chain := guard{
		plugin: "basic-auth",
		config: `{"global_auth":false,"consumers":[{"name":"c1","credential":"u:p"}],"_rules_":[{"_match_domain_":["basic.test"],"allow":["c1"]}]}`,
		behind: &guard{
			plugin: "key-auth",
			config: `{"global_auth":false,"keys":["x-key"],"in_header":true,"consumers":[{"name":"c2","credential":"k"}],"_rules_":[{"_match_domain_":["key.test"],"allow":["c2"]}]}`,
		},
	}
	for name, start := range map[string]func(*testing.T, guard) *bed{"embedded": startEmbedded, "envoy": startEnvoy} {
		t.Run(name, func(t *testing.T) {
			b := start(t, chain)
			for _, c := range []struct {
				host    string
				headers [][2]string
				want    []string
			}{
				{"basic.test", [][2]string{{"authorization", "Basic dTpw"}}, []string{"c1"}},
				{"basic.test", [][2]string{{"authorization", "Basic dTpw"}, {"x-mse-consumer", "root"}}, []string{"c1"}},
				{"key.test", [][2]string{{"x-key", "k"}, {"x-mse-consumer", "c1"}}, []string{"c2"}},
				{"other.test", [][2]string{{"x-mse-consumer", "c1"}}, nil},
				{"other.test", [][2]string{{"x-mse-consumer", ""}, {"x-mse-consumer", "c1"}}, nil},
				{"other.test", [][2]string{{"authorization", "Basic dTpw"}, {"sluice_consumer", "c1"}, {"x-mse-consumer", "c1"}}, nil},
			} {
				got := b.send(t, &request{method: "GET", target: "/", host: c.host, headers: c.headers})
				if got.status != 200 || !slices.Equal(got.seen.Values("X-Mse-Consumer"), c.want) {
					t.Errorf("%s %v: %d, the backend sees %q, want %q", c.host, c.headers, got.status, got.seen.Values("X-Mse-Consumer"), c.want)
				}
			}
		})
	}
}
