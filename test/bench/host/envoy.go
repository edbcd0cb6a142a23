package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object of Envoy's configuration.
type object = map[string]any

// startEnvoy starts an Envoy with the plugin in front of the upstream.
func startEnvoy(ctx context.Context, s settings, sc scenario, dir, module, upstream string) (*process, error) {
	file, admin := filepath.Join(dir, "envoy-"+sc.name+".json"), filepath.Join(dir, "envoy-"+sc.name+".admin")
	config, err := json.Marshal(bootstrap(module, upstream))
	if err == nil {
		err = os.WriteFile(file, config, 0o600)
	}
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, s.envoy, "-c", file, "--concurrency", strconv.Itoa(s.workers), "-l", "off", "--disable-hot-restart", "--admin-address-path", admin)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{name: "envoy", cmd: cmd}
	if p.address, err = listening(ctx, admin); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// listening waits until Envoy listens and returns where.
func listening(ctx context.Context, adminFile string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		admin, err := os.ReadFile(adminFile)
		if err != nil {
			continue
		}
		if name, address, ok := strings.Cut(page(ctx, "http://"+strings.TrimSpace(string(admin))+"/listeners"), "::"); ok && name == "main" {
			return strings.TrimSpace(address), nil
		}
	}
	return "", errors.New("its Envoy does not listen")
}

// page reads a page, "" where it can't.
func page(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return string(b)
}

func bootstrap(module, upstream string) object {
	filters := []any{}
	if module != "" {
		filters = append(filters, wasmFilter(module))
	}
	filters = append(filters, object{"name": "router",
		"typed_config": object{"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}})
	route := object{"match": object{"prefix": "/"}, "route": object{"cluster": "upstream"}}
	hcm := object{
		"@type":        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
		"stat_prefix":  "in",
		"route_config": object{"virtual_hosts": []any{object{"name": "all", "domains": []any{"*"}, "routes": []any{route}}}},
		"http_filters": filters,
	}
	chain := object{"filters": []any{object{"name": "hcm", "typed_config": hcm}}}
	return object{
		"admin": object{"address": socket("127.0.0.1:0")},
		"static_resources": object{
			"listeners": []any{object{"name": "main", "address": socket("127.0.0.1:0"), "filter_chains": []any{chain}}},
			"clusters": []any{object{"name": "upstream", "load_assignment": object{"cluster_name": "upstream",
				"endpoints": []any{object{"lb_endpoints": []any{object{"endpoint": object{"address": socket(upstream)}}}}}}}},
		},
	}
}

// wasmFilter is the configuration of a plugin.
func wasmFilter(module string) object {
	plugin := object{
		"name": "bench", "allow_on_headers_stop_iteration": true,
		"vm_config": object{"runtime": "envoy.wasm.runtime.v8", "code": object{"local": object{"filename": module}}},
	}
	return object{"name": "bench",
		"typed_config": object{"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm", "config": plugin}}
}

func socket(address string) object {
	host, port, _ := strings.Cut(address, ":")
	n, _ := strconv.Atoi(port)
	return object{"socket_address": object{"address": host, "port_value": n}}
}
