package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run/bench/load"
)

// side is one way to do what an entry asks for.
type side struct {
	name   string
	filter object // nil for none
	first  object // the one before it; nil for none
	// virtualHost is the filter's configuration for all routes, by its name.
	virtualHost object
	// module is the plugin's file, for its size; "" for others.
	module string
}

// instance is an Envoy that serves a side.
type instance struct {
	side
	cmd     *exec.Cmd
	ended   chan struct{}
	address string
	result  result
}

func socket(address string) object {
	host, port, _ := strings.Cut(address, ":")
	n, _ := strconv.Atoi(port)
	return object{"socket_address": object{"address": host, "port_value": n}}
}

// bootstrap is the configuration of an Envoy that answers 200 behind a filter.
func bootstrap(s side, servers map[*server]string) (object, error) {
	var filters, clusters, listeners, extensions []any
	if s.first != nil {
		filters = append(filters, object{"name": "first", "typed_config": s.first})
	}
	if s.filter != nil {
		filters = append(filters, object{"name": "measured", "typed_config": s.filter})
	}
	filters = append(filters, object{"name": "router", "typed_config": typed("router.v3.Router", object{})})
	for server, address := range servers {
		clusters = append(clusters, object{"name": server.cluster, "load_assignment": object{"cluster_name": server.cluster,
			"endpoints": []any{object{"lb_endpoints": []any{object{"endpoint": object{"address": socket(address)}}}}}}})
		if server.redis {
			bridge, err := envoy.NewRedisBridge()
			if err != nil {
				return nil, err
			}
			clusters, listeners, extensions = append(clusters, bridge.Cluster), append(listeners, bridge.Listener), append(extensions, bridge.Extension)
		}
	}
	route := object{"match": object{"prefix": "/"}, "direct_response": object{"status": 200}}
	host := object{"name": "all", "domains": []any{"*"}, "routes": []any{route}, "typed_per_filter_config": s.virtualHost}
	hcm := object{
		"@type":       "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
		"stat_prefix": "in", "http_filters": filters, "route_config": object{"virtual_hosts": []any{host}},
	}
	listeners = append([]any{object{"name": "main", "address": socket("127.0.0.1:0"),
		"filter_chains": []any{object{"filters": []any{object{"name": "hcm", "typed_config": hcm}}}}}}, listeners...)
	return object{
		"admin":                object{"address": socket("127.0.0.1:0")},
		"bootstrap_extensions": extensions,
		"static_resources":     object{"listeners": listeners, "clusters": clusters},
	}, nil
}

// wasm is the filter that runs a plugin.
func wasm(module, config string) object {
	return typed("wasm.v3.Wasm", object{"config": object{
		"name": "plugin", "allow_on_headers_stop_iteration": true,
		"configuration": object{"@type": "type.googleapis.com/google.protobuf.StringValue", "value": config},
		"vm_config":     object{"runtime": "envoy.wasm.runtime.v8", "code": object{"local": object{"filename": module}}},
	}})
}

// start starts an Envoy and waits until it listens.
func (b *bench) start(s side, servers map[*server]string) (*instance, error) {
	dir, err := os.MkdirTemp(b.dir, "envoy-")
	if err != nil {
		return nil, err
	}
	all, err := bootstrap(s, servers)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	config, admin, logs := filepath.Join(dir, "envoy.json"), filepath.Join(dir, "admin"), filepath.Join(dir, "log")
	if err := os.WriteFile(config, text, 0o600); err != nil {
		return nil, err
	}
	out, err := os.Create(logs)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	i := &instance{side: s, ended: make(chan struct{}), cmd: exec.CommandContext(b.ctx, b.binary, "-c", config, "--concurrency", "1", "-l", "warning",
		"--disable-hot-restart", "--admin-address-path", admin)}
	i.cmd.Stdout, i.cmd.Stderr = out, out
	if err := i.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = i.cmd.Wait(); close(i.ended) }()
	if i.address, err = i.listening(b.ctx, admin); err != nil {
		i.stop()
		text, _ := os.ReadFile(logs)
		return nil, fmt.Errorf("side %s: %w\n%s", s.name, err, text)
	}
	i.result.start, err = i.cpu()
	return i, err
}

// startTime is how long Envoy may take to load a plugin on a busy machine.
const startTime = 3 * time.Minute

var errStart = errors.New("envoy does not listen")

// listening waits for Envoy's listener and returns its address.
func (i *instance) listening(ctx context.Context, admin string) (string, error) {
	for begin := time.Now(); time.Since(begin) < startTime; {
		select {
		case <-i.ended:
			return "", errStart
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		address, err := os.ReadFile(admin)
		if err != nil || len(address) == 0 {
			continue
		}
		found, err := listener(ctx, strings.TrimSpace(string(address)))
		if err == nil && found != "" {
			return found, nil
		}
	}
	return "", errStart
}

func (i *instance) stop() {
	_ = i.cmd.Process.Kill()
	<-i.ended
}

// cpu is the time that Envoy has run.
func (i *instance) cpu() (time.Duration, error) { return load.CPU(i.cmd.Process.Pid) }
