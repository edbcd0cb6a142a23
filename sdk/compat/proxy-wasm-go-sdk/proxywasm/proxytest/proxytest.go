// Package proxytest is [github.com/sluiceproxy/sluice/sdk/compat/emulator] under
// the path that existing tests import.
package proxytest

import "github.com/sluiceproxy/sluice/sdk/compat/emulator"

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
