package envoy

import "unicode/utf8"

const (
	typeWasm      = typePrefix + "envoy.extensions.filters.http.wasm.v3.Wasm"
	typeCORS      = typePrefix + "envoy.extensions.filters.http.cors.v3.Cors"
	typeExtension = typePrefix + "envoy.config.core.v3.TypedExtensionConfig"
	typeString    = typePrefix + "google.protobuf.StringValue"
	typeBytes     = typePrefix + "google.protobuf.BytesValue"
)

// discoveredFilter renders a filter whose configuration comes from its own
// file. CORS is allowed beside Wasm because without settings it does nothing,
// which makes it the resting state of the staging slot.
func discoveredFilter(name string, dir runDir) obj {
	return obj{
		"name": name,
		"config_discovery": obj{
			"config_source": fileSource(dir.path(ecdsFile(name))),
			"type_urls":     []string{typeWasm, typeCORS},
		},
	}
}

// extension renders the resource that an ECDS file holds.
func extension(name string, typed obj) obj {
	return obj{"@type": typeExtension, "name": name, "typed_config": typed}
}

// idle is a filter that does nothing.
func idle() obj { return obj{"@type": typeCORS} }

// wasmFilter renders a plugin whose module is the file codePath. VMs with
// different ids share nothing but the compiled code.
func wasmFilter(p Plugin, codePath, vmID string) obj {
	vm := obj{
		"runtime": "envoy.wasm.runtime.v8",
		"code":    obj{"local": obj{"filename": codePath}},
	}
	if vmID != "" {
		vm["vm_id"] = vmID
	}
	config := obj{
		"name":                            p.Name,
		"vm_config":                       vm,
		"failure_policy":                  "FAIL_RELOAD",
		"allow_on_headers_stop_iteration": true,
	}
	if p.FailOpen {
		config["failure_policy"] = "FAIL_OPEN"
	}
	if len(p.Config) > 0 {
		config["configuration"] = pluginConfig(p.Config)
	}
	return obj{"@type": typeWasm, "config": config}
}

// pluginConfig wraps a configuration so that the plugin reads exactly its bytes.
func pluginConfig(b []byte) obj {
	if utf8.Valid(b) {
		return obj{"@type": typeString, "value": string(b)}
	}
	return obj{"@type": typeBytes, "value": b} // marshalled as base64
}
