// Package types is [github.com/sluiceproxy/sluice/sdk/proxywasm/types] under the
// path that existing plugins import.
package types

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// Types of the SDK.
type (
	VMContext            = types.VMContext
	PluginContext        = types.PluginContext
	TcpContext           = types.TcpContext
	HttpContext          = types.HttpContext
	DefaultVMContext     = types.DefaultVMContext
	DefaultPluginContext = types.DefaultPluginContext
	DefaultTcpContext    = types.DefaultTcpContext
	DefaultHttpContext   = types.DefaultHttpContext
	PluginContextFactory = types.PluginContextFactory
	HttpContextFactory   = types.HttpContextFactory
	TcpContextFactory    = types.TcpContextFactory
	Action               = types.Action
	PeerType             = types.PeerType
	OnVMStartStatus      = types.OnVMStartStatus
	OnPluginStartStatus  = types.OnPluginStartStatus
)

// Constants of the SDK.
const (
	ActionContinue                     = types.ActionContinue
	ActionPause                        = types.ActionPause
	HeaderContinue                     = types.HeaderContinue
	HeaderStopIteration                = types.HeaderStopIteration
	HeaderContinueAndEndStream         = types.HeaderContinueAndEndStream
	HeaderStopAllIterationAndBuffer    = types.HeaderStopAllIterationAndBuffer
	HeaderStopAllIterationAndWatermark = types.HeaderStopAllIterationAndWatermark
	DataContinue                       = types.DataContinue
	DataStopIterationAndBuffer         = types.DataStopIterationAndBuffer
	DataStopIterationAndWatermark      = types.DataStopIterationAndWatermark
	DataStopIterationNoBuffer          = types.DataStopIterationNoBuffer
	PeerTypeUnknown                    = types.PeerTypeUnknown
	PeerTypeLocal                      = types.PeerTypeLocal
	PeerTypeRemote                     = types.PeerTypeRemote
	OnVMStartStatusOK                  = types.OnVMStartStatusOK
	OnVMStartStatusFailed              = types.OnVMStartStatusFailed
	OnPluginStartStatusOK              = types.OnPluginStartStatusOK
	OnPluginStartStatusFailed          = types.OnPluginStartStatusFailed
)

// Errors that stand for a status of the host.
var (
	ErrorStatusNotFound    = types.ErrorStatusNotFound
	ErrorStatusBadArgument = types.ErrorStatusBadArgument
	ErrorStatusEmpty       = types.ErrorStatusEmpty
	ErrorStatusCasMismatch = types.ErrorStatusCasMismatch
	ErrorInternalFailure   = types.ErrorInternalFailure
	ErrorUnimplemented     = types.ErrorUnimplemented
)
