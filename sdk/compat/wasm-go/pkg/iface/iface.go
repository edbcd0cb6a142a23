// Package iface holds the interfaces of the wrapper under the path that existing
// plugins import.
package iface

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// Names of the SDK's wrapper.
type (
	PluginContext         = wrapper.PluginContext
	HttpContext           = wrapper.HttpContext
	HTTPExecutionPhase    = wrapper.HTTPExecutionPhase
	RouteResponseCallback = wrapper.RouteResponseCallback
)

// Phases of a stream.
const (
	DecodeHeader = wrapper.DecodeHeader
	DecodeData   = wrapper.DecodeData
	EncodeHeader = wrapper.EncodeHeader
	EncodeData   = wrapper.EncodeData
	Done         = wrapper.Done
)
