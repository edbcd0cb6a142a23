package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// GetProperty returns a property that the host knows of the stream, its
// connection, the node or the plugin, such as {"request", "path"}. Which there
// are, and their encoding (text, or little-endian numbers), depends on the
// host; for Envoy see "Attributes" in its documentation. A property that is not
// there is types.ErrorStatusNotFound. It can be called in every callback.
func GetProperty(path []string) ([]byte, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	value, st := abi.GetProperty(path)
	return value, statusError(st)
}

// GetPropertyMap is GetProperty for properties that are maps, such as
// {"request", "headers"}. One that isn't is types.ErrMalformedHostData.
func GetPropertyMap(path []string) ([][2]string, error) {
	value, err := GetProperty(path)
	if err != nil {
		return nil, err
	}
	pairs, ok := mem.Pairs(value)
	if !ok {
		return nil, types.ErrMalformedHostData
	}
	return pairs, nil
}

// SetProperty sets a property for plugins further on, or for the host's log;
// no data clears it. On Envoy it becomes filter state under "wasm." and the
// path. It can be called in every callback of a stream.
func SetProperty(path []string, data []byte) error {
	if err := checkPath(path); err != nil {
		return err
	}
	return statusError(abi.SetProperty(path, data))
}
