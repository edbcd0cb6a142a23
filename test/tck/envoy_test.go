package tck

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// envoyHost is an Envoy with one worker.
type envoyHost struct {
	t                       testing.TB
	path, config, http, tcp string
	backends                *Backends
	process                 *harness.Process
}

func newEnvoy(t testing.TB, envoy harness.Envoy) *envoyHost {
	t.Helper()
	ports, wasm := harness.FreePorts(t, 2), harness.BuildPlugin(t, pluginDir)
	e := &envoyHost{
		t: t, path: envoy.Path, config: filepath.Join(t.TempDir(), "envoy.json"),
		http: harness.Addr(ports[0]), tcp: harness.Addr(ports[1]), backends: StartBackends(t, Addresses{}),
	}
	config, err := json.Marshal(bootstrap(ports[0], ports[1], e.backends.Addresses(), wasm))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(e.config, config, 0o600); err != nil {
		t.Fatal(err)
	}
	e.start()
	return e
}

// start waits until the plugin answers.
func (e *envoyHost) start() {
	e.t.Helper()
	e.process = harness.Start(e.t, exec.Command(e.path, "-c", e.config, "--concurrency", "1", "-l", "warning", "--disable-hot-restart",
		"--base-id", "0", "--use-dynamic-base-id"))
	e.process.WaitHTTP("http://"+e.http+cells.ControlPath+"report", time.Minute, nil)
}

func (e *envoyHost) restart() error {
	e.process.Stop()
	e.start()
	return nil
}

type object = map[string]any
type list = []any

func typed(name string, fields object) object {
	fields["@type"] = "type.googleapis.com/" + name
	return fields
}

func socket(port int) object {
	return object{"socket_address": object{"address": "127.0.0.1", "port_value": port}}
}

func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port)
	return n
}

// wasmConfig is the plugin for streams or for connections; both get the same VM.
func wasmConfig(kind, wasm, config string) object {
	text := func(s string) object {
		return typed("google.protobuf.StringValue", object{"value": s})
	}
	return typed("envoy.extensions.filters."+kind+".wasm.v3.Wasm", object{"config": object{
		"name": "conformance", "root_id": "", "configuration": text(config), "allow_on_headers_stop_iteration": true,
		"vm_config": object{
			"vm_id": "conformance", "runtime": "envoy.wasm.runtime.v8", "configuration": text(VMConfig),
			"code": object{"local": object{"filename": wasm}},
		},
	}})
}

// bootstrap is Envoy's configuration.
func bootstrap(httpPort, tcpPort int, at Addresses, wasm string) object {
	return object{
		"node": object{"id": "conformance", "cluster": "conformance"},
		"static_resources": object{
			"listeners": list{
				listener("http", httpPort, object{"name": "http", "typed_config": httpManager(wasm)}),
				listener("tcp", tcpPort,
					object{"name": "plugin", "typed_config": wasmConfig("network", wasm, "tcp")},
					object{"name": "proxy", "typed_config": typed("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", object{
						"stat_prefix": "tcp", "cluster": "tcp",
					})}),
			},
			"clusters": list{
				cluster("upstream", portOf(at.HTTP)), cluster(cells.Callee, portOf(at.Callee)),
				cluster("tcp", portOf(at.TCP)), http2(cluster(cells.GRPC, portOf(at.GRPC))), http2(cluster(cells.Nobody, 1)),
			},
		},
	}
}

func listener(name string, port int, filters ...object) object {
	return object{"name": name, "address": socket(port), "filter_chains": list{object{"filters": filters}}}
}

func httpManager(wasm string) object {
	return typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", object{
		"stat_prefix": "in", "delayed_close_timeout": "0.05s", "scheme_header_transformation": object{"scheme_to_overwrite": "https"},
		"http_protocol_options": object{"enable_trailers": true},
		"route_config": object{"name": "routes", "virtual_hosts": list{object{
			"name": "all", "domains": list{"*"},
			"routes": list{object{"name": "root", "match": object{"prefix": "/"}, "route": object{"cluster": "upstream"}}},
		}}},
		"http_filters": list{
			object{"name": "plugin", "typed_config": wasmConfig("http", wasm, "http")},
			object{"name": "router", "typed_config": typed("envoy.extensions.filters.http.router.v3.Router", object{})},
		},
	})
}

func cluster(name string, port int) object {
	return object{
		"name": name, "connect_timeout": "1s",
		"typed_extension_protocol_options": object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
			object{"explicit_http_config": object{"http_protocol_options": object{"enable_trailers": true}}})},
		"load_assignment": object{"cluster_name": name, "endpoints": list{object{"lb_endpoints": list{
			object{"endpoint": object{"address": socket(port)}},
		}}}},
	}
}

// http2 has a cluster speak HTTP/2.
func http2(c object) object {
	c["typed_extension_protocol_options"] = object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
		"envoy.extensions.upstreams.http.v3.HttpProtocolOptions", object{"explicit_http_config": object{"http2_protocol_options": object{}}})}
	return c
}
