// Package proxytest is [github.com/sluiceproxy/sluice/sdk/compat/emulator] under
// the path that existing tests import.
package proxytest

import (
	"errors"
	"io"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// Types of the emulator.
type (
	EmulatorOption        = emulator.EmulatorOption
	HostEmulator          = emulator.HostEmulator
	HttpCalloutAttribute  = emulator.HttpCalloutAttribute
	LocalHttpResponse     = emulator.LocalHttpResponse
	RedisCalloutAttribute = emulator.RedisCalloutAttribute
)

// PluginContextID is [emulator.PluginContextID].
const PluginContextID = emulator.PluginContextID

// NewEmulatorOption is [emulator.NewEmulatorOption].
func NewEmulatorOption() *EmulatorOption { return emulator.NewEmulatorOption() }

// NewHostEmulator is [emulator.NewHostEmulator].
func NewHostEmulator(opt *EmulatorOption) (host HostEmulator, reset func()) {
	return emulator.NewHostEmulator(opt)
}

// WasmVMContext is a plugin that runs as Wasm.
type WasmVMContext interface {
	types.VMContext
	io.Closer
}

// ErrNoWasm is returned by NewWasmVMContext.
var ErrNoWasm = errors.New("this emulator runs plugins natively only; run the module itself with sluice run or package host")

// NewWasmVMContext always fails with ErrNoWasm.
func NewWasmVMContext(wasm []byte) (WasmVMContext, error) { return nil, ErrNoWasm }
