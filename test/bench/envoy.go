package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// instance is an Envoy that serves one side.
type instance struct {
	side    side
	cmd     *exec.Cmd
	address string
	// size is that of the wasm file. load is the CPU time and wait the time from
	// start to listening.
	size       int64
	load, wait time.Duration
}

// startEnvoy starts an Envoy with one worker and waits until it listens.
func startEnvoy(ctx context.Context, binary, dir string, s side, sc scenario, upstream string) (*instance, error) {
	module, err := s.module(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("%s, side %s: %w", sc.Name, s.Name, err)
	}
	i := &instance{side: s}
	if info, err := os.Stat(module); err == nil {
		i.size = info.Size()
	}
	file, admin := filepath.Join(dir, s.Name+".json"), filepath.Join(dir, s.Name+".admin")
	config, err := json.Marshal(bootstrap(s, sc, module, upstream))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, config, 0o600); err != nil {
		return nil, err
	}
	logs, err := os.Create(filepath.Join(dir, s.Name+".log"))
	if err != nil {
		return nil, err
	}
	defer logs.Close()
	i.cmd = exec.CommandContext(ctx, binary, "-c", file, "--concurrency", "1", "-l", "warning", "--disable-hot-restart", "--admin-address-path", admin)
	i.cmd.Stdout, i.cmd.Stderr = logs, logs
	begin := time.Now()
	if err := i.cmd.Start(); err != nil {
		return nil, err
	}
	if i.address, err = listening(ctx, admin); err != nil {
		i.stop()
		b, _ := os.ReadFile(logs.Name())
		return nil, fmt.Errorf("%s, side %s: %w\n%s", sc.Name, s.Name, err, b)
	}
	i.wait = time.Since(begin)
	if i.load, err = cpuTime(i.cmd.Process.Pid); err != nil {
		i.stop()
		return nil, err
	}
	return i, nil
}

// stop ends the process and waits for it.
func (i *instance) stop() {
	_ = i.cmd.Process.Kill()
	_ = i.cmd.Wait()
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

func bootstrap(s side, sc scenario, module, upstream string) object {
	route := object{"match": object{"prefix": "/"}, "direct_response": object{"status": 200}}
	if sc.upstream {
		route = object{"match": object{"prefix": "/"}, "route": object{"cluster": "upstream"}}
	}
	filters := []any{}
	if s.filter != nil {
		filters = append(filters, s.filter)
	}
	if module != "" {
		filters = append(filters, wasmFilter(module, sc.config))
	}
	filters = append(filters, object{"name": "router",
		"typed_config": object{"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}})
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
func wasmFilter(module, config string) object {
	plugin := object{
		"name": "bench", "allow_on_headers_stop_iteration": true,
		"vm_config": object{"runtime": "envoy.wasm.runtime.v8", "code": object{"local": object{"filename": module}}},
	}
	if config != "" {
		plugin["configuration"] = object{"@type": "type.googleapis.com/google.protobuf.StringValue", "value": config}
	}
	return object{"name": "bench",
		"typed_config": object{"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm", "config": plugin}}
}

func socket(address string) object {
	host, port, _ := strings.Cut(address, ":")
	n, _ := strconv.Atoi(port)
	return object{"socket_address": object{"address": host, "port_value": n}}
}
