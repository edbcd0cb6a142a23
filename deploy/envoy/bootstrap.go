package envoy

import (
	"encoding/json"
	"net"
	"strconv"
	"time"
)

// obj is a JSON object. Configuration is built from objects and marshalled,
// never pasted together as text.
type obj = map[string]any

const typePrefix = "type.googleapis.com/"

// bootstrap renders the only file that Envoy reads once: where its admin
// endpoint listens, which files to watch, and when a stuck worker ends it. The
// main thread may be stuck: it compiles modules, which takes as long as it takes.
func bootstrap(o Options, dir runDir) ([]byte, error) {
	addr, err := socketAddress(o.Admin)
	if err != nil {
		return nil, err
	}
	root := obj{
		"node":  obj{"id": "sluice", "cluster": "sluice"},
		"admin": obj{"address": addr},
		// It only makes the bridge's listener possible, and can't come later.
		"bootstrap_extensions": []obj{bridgeExtension()},
		"stats_config":         statsConfig(o.MetricLabels),
		"dynamic_resources": obj{
			"cds_config": fileSource(dir.path(cdsFile)),
			"lds_config": fileSource(dir.path(ldsFile)),
		},
	}
	if o.WorkerKill > 0 {
		root["watchdogs"] = obj{"worker_watchdog": obj{"kill_timeout": seconds(o.WorkerKill)}}
	}
	return json.MarshalIndent(root, "", "  ")
}

// seconds renders a duration.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

// fileSource makes Envoy watch a file for being replaced by a rename. Without
// a watched_directory it reacts to this very file only.
func fileSource(path string) obj {
	return obj{"path_config_source": obj{"path": path}, "resource_api_version": "V3"}
}

// socketAddress renders host:port; the host must be an IP address or empty,
// which means every interface.
func socketAddress(hostport string) (obj, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = "0.0.0.0"
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	return obj{"socket_address": obj{"address": host, "port_value": n}}, nil
}

// discovery renders the contents of a watched file: resources and the version
// by which the admin endpoint tells whether they are in force.
func discovery(version string, resources ...obj) ([]byte, error) {
	if resources == nil {
		resources = []obj{}
	}
	return json.MarshalIndent(obj{"version_info": version, "resources": resources}, "", "  ")
}
