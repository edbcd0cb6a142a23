package xds

import (
	"fmt"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// runtime is the one that every Envoy with Wasm has.
const runtime = "envoy.wasm.runtime.v8"

// Code is a module, or where it is, as Envoy's API has it.
type Code = corev3.AsyncDataSource

// Plugin is a plugin as a node gets it.
type Plugin struct {
	// Name is what nodes ask for, such as NAMESPACE.NAME. It is also the VM's id:
	// a new configuration finds the VM that there is, and new code gets its own.
	Name string
	// RootID is what the plugin reads as plugin_root_id, "" for none.
	RootID string
	// Code is the module: [LocalFile], or what package remote makes.
	Code *Code
	// Config is what the plugin gets as its configuration, byte for byte. It must
	// be valid UTF-8. Nil is none.
	Config []byte
	// Env are environment variables of the VM.
	Env []wasmplugin.Env
	// Fail says what becomes of requests while the plugin can't run.
	Fail wasmplugin.FailStrategy
	// Capabilities are the host functions, WASI functions and callbacks that the
	// plugin may use, such as proxy_log, fd_write and proxy_on_request_headers.
	// None allows all.
	Capabilities []string
	// NoStopIteration has Envoy take HeaderStopIteration as a full stop, which is
	// its own default.
	NoStopIteration bool
}

// LocalFile is a module in a file of the node's machine.
func LocalFile(path string) *Code {
	return &Code{Specifier: &corev3.AsyncDataSource_Local{Local: &corev3.DataSource{
		Specifier: &corev3.DataSource_Filename{Filename: path},
	}}}
}

// Resource renders the plugin.
func (p Plugin) Resource() (Resource, error) {
	config := &wasmv3.PluginConfig{
		Name:   p.Name,
		RootId: p.RootID,
		Vm: &wasmv3.PluginConfig_VmConfig{VmConfig: &wasmv3.VmConfig{
			VmId: p.Name, Runtime: runtime, Code: p.Code, EnvironmentVariables: environment(p.Env),
		}},
		FailurePolicy:               policy(p.Fail),
		CapabilityRestrictionConfig: restriction(p.Capabilities),
		AllowOnHeadersStopIteration: wrapperspb.Bool(!p.NoStopIteration),
	}
	if p.Config != nil {
		text, err := wrap(wrapperspb.String(string(p.Config)))
		if err != nil {
			return Resource{}, fmt.Errorf("%s: the configuration is no UTF-8 text: %w", p.Name, err)
		}
		config.Configuration = text
	}
	return extension(p.Name, &wasmfilterv3.Wasm{Config: config})
}

func environment(vars []wasmplugin.Env) *wasmv3.EnvironmentVariables {
	if len(vars) == 0 {
		return nil
	}
	out := &wasmv3.EnvironmentVariables{KeyValues: map[string]string{}}
	for _, v := range vars {
		if v.FromHost {
			out.HostEnvKeys = append(out.HostEnvKeys, v.Name)
		} else {
			out.KeyValues[v.Name] = v.Value
		}
	}
	return out
}

func policy(f wasmplugin.FailStrategy) wasmv3.FailurePolicy {
	switch f {
	case wasmplugin.FailOpen:
		return wasmv3.FailurePolicy_FAIL_OPEN
	case wasmplugin.FailClose:
		return wasmv3.FailurePolicy_FAIL_CLOSED
	default:
		return wasmv3.FailurePolicy_FAIL_RELOAD
	}
}

func restriction(capabilities []string) *wasmv3.CapabilityRestrictionConfig {
	if len(capabilities) == 0 {
		return nil
	}
	allowed := map[string]*wasmv3.SanitizationConfig{}
	for _, name := range capabilities {
		allowed[name] = &wasmv3.SanitizationConfig{}
	}
	return &wasmv3.CapabilityRestrictionConfig{AllowedCapabilities: allowed}
}
