package upstream

import (
	"errors"
	"fmt"

	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// ErrResource is in the error about a resource that can't be read.
var ErrResource = errors.New("malformed resource")

// Code is Wasm code that a resource names.
type Code struct {
	// Plugin is the plugin's name.
	Plugin string
	// Reference is set for code that an agent is to get, Inline for code that is in
	// the resource. Neither is set for what Envoy would get on its own: a file, or
	// a URL.
	Reference *remote.Reference
	Inline    []byte
}

// Localize returns a resource in which the code of each plugin is the file that file
// names for it; "" leaves the code as it is. A resource without plugins is returned
// as it came. Its version is then made of the content. Plugins are found wherever
// they are in a resource, also inside filters that choose among others.
//
// Errors: those of file, and ErrResource.
func Localize(r xds.Resource, file func(Code) (string, error)) (xds.Resource, error) {
	w := &walker{visit: func(a *anypb.Any) (bool, error) {
		var filter wasmfilterv3.Wasm
		if err := a.UnmarshalTo(&filter); err != nil {
			return false, fmt.Errorf("%w: %w", ErrResource, err)
		}
		changed, err := localize(filter.GetConfig(), file)
		if err != nil || !changed {
			return false, err
		}
		return true, replace(a, &filter)
	}}
	return w.apply(r)
}

func localize(config *wasmv3.PluginConfig, file func(Code) (string, error)) (bool, error) {
	vm := config.GetVmConfig()
	if vm == nil {
		return false, fmt.Errorf("%w: plugin %q has no vm_config", ErrResource, config.GetName())
	}
	c := Code{Plugin: config.GetName(), Inline: vm.GetCode().GetLocal().GetInlineBytes()}
	ref, ok, err := remote.Decode(vm.GetCode())
	if err != nil {
		return false, err
	}
	if ok {
		c.Reference = &ref
	}
	path, err := file(c)
	if err != nil || path == "" {
		return false, err
	}
	vm.Code = remote.Local(path)
	return true, nil
}

// StandIn returns a resource with a filter in each plugin's place that denies all
// requests, or does nothing where the plugin's failure policy is FAIL_OPEN; open
// reports that none of them denies. It is an error around ErrResource where the
// resource has no plugin.
func StandIn(r xds.Resource) (out xds.Resource, open bool, err error) {
	found := false
	open = true
	w := &walker{visit: func(a *anypb.Any) (bool, error) {
		var filter wasmfilterv3.Wasm
		if err := a.UnmarshalTo(&filter); err != nil {
			return false, fmt.Errorf("%w: %w", ErrResource, err)
		}
		found = true
		open = open && isOpen(filter.GetConfig())
		return true, standIn(a, filter.GetConfig())
	}}
	out, err = w.apply(r)
	if err == nil && !found {
		return xds.Resource{}, false, fmt.Errorf("%w: %s has no plugin", ErrResource, r.Name)
	}
	return out, open, err
}

// replace puts another message into an Any; its bytes are the same each time.
func replace(a *anypb.Any, m proto.Message) error {
	return anypb.MarshalFrom(a, m, proto.MarshalOptions{Deterministic: true})
}
