package upstream

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// standIn puts what denies requests, or lets them pass, in the place of a plugin.
func standIn(a *anypb.Any, plugin *wasmv3.PluginConfig) error {
	instead := xds.Deny
	if isOpen(plugin) {
		instead = xds.Allow
	}
	r, err := instead(plugin.GetName())
	if err != nil {
		return err
	}
	var extension corev3.TypedExtensionConfig
	if err := r.Body.UnmarshalTo(&extension); err != nil {
		return err
	}
	a.TypeUrl, a.Value = extension.TypedConfig.TypeUrl, extension.TypedConfig.Value
	return nil
}

func isOpen(c *wasmv3.PluginConfig) bool {
	return c.GetFailurePolicy() == wasmv3.FailurePolicy_FAIL_OPEN ||
		c.GetFailurePolicy() == wasmv3.FailurePolicy_UNSPECIFIED && c.GetFailOpen() //nolint:staticcheck // Envoy still reads it
}
