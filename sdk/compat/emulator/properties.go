package emulator

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func pathKey(path []string) string { return strings.Join(path, "\x00") }

// GetProperty implements abi.Host.
func (h hostcalls) GetProperty(path []string) ([]byte, abi.Status) {
	value, ok := h.properties[pathKey(path)]
	if !ok {
		return nil, abi.StatusNotFound
	}
	return append([]byte(nil), value...), abi.StatusOK
}

// SetProperty implements abi.Host.
func (h hostcalls) SetProperty(path []string, value []byte) abi.Status {
	h.properties[pathKey(path)] = append([]byte(nil), value...)
	return abi.StatusOK
}

// GetProperty implements HostEmulator.
func (e *emulator) GetProperty(path []string) ([]byte, error) {
	if len(path) == 0 {
		return nil, types.ErrorStatusBadArgument
	}
	value, st := hostcalls{e}.GetProperty(path)
	if st != abi.StatusOK {
		return nil, types.ErrorStatusNotFound
	}
	return value, nil
}

// SetProperty implements HostEmulator.
func (e *emulator) SetProperty(path []string, data []byte) error {
	if len(path) == 0 || len(data) == 0 {
		return types.ErrorStatusBadArgument
	}
	hostcalls{e}.SetProperty(path, data)
	return nil
}
