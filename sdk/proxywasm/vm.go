package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/internal/headers"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// GetVMConfiguration returns the VM's configuration, or
// types.ErrorStatusNotFound where it is empty. Available during OnVMStart.
func GetVMConfiguration() ([]byte, error) {
	return getBuffer(abi.BufferVMConfig, 0, int(abi.BufferEnd))
}

// GetPluginConfiguration returns the plugin's configuration, or
// types.ErrorStatusNotFound where it is empty. Available during OnPluginStart.
func GetPluginConfiguration() ([]byte, error) {
	return getBuffer(abi.BufferPluginConfig, 0, int(abi.BufferEnd))
}

// SetTickPeriodMilliSeconds makes OnTick run every millSec milliseconds; 0
// stops it. Available in callbacks of plugin contexts.
func SetTickPeriodMilliSeconds(millSec uint32) error {
	v := dispatch.Current()
	return statusError(v.SetTick(v.PluginOf(v.Active()), dispatch.PluginTicks, millSec))
}

// SetEffectiveContext makes calls act on another context until the callback
// returns, for example on a stream from OnTick. A context that is gone is
// types.ErrorStatusBadArgument.
//
// A plugin that has called it once may resume any stream from anywhere, so from
// then on the SDK no longer answers streams that nothing seems to resume; see
// [ResumedElsewhere] for those that it holds back before.
func SetEffectiveContext(contextID uint32) error {
	if st := abi.SetEffectiveContext(contextID); st != abi.StatusOK {
		return statusError(st)
	}
	dispatch.Current().SetActive(contextID)
	dispatch.Current().Crosses()
	return nil
}

// ResumedElsewhere says that the stream which runs will be resumed or answered
// by a callback of another context, with [SetEffectiveContext]: from a tick, a
// queue, or the answer to another stream's call. Without it, a stream that a
// callback holds back is answered with status 500 at once where no call of its
// own is under way that could resume it. The plugin has to see to it then that
// the stream doesn't hang; gateways end it only by their idle timeout, on Envoy
// five minutes. types.ErrorStatusBadArgument where no stream runs.
func ResumedElsewhere() error {
	if !dispatch.Current().ResumedElsewhere() {
		return types.ErrorStatusBadArgument
	}
	return nil
}

// PluginDone tells the host that a plugin whose OnPluginDone returned false
// can go now.
func PluginDone() { abi.Done() }

// GetCurrentTime returns the host's time in nanoseconds since 1970 UTC.
func GetCurrentTime() (unixNano uint64, err error) {
	unixNano, st := abi.GetCurrentTime()
	if st != abi.StatusOK {
		return 0, statusError(st)
	}
	return unixNano, nil
}

// CallForeignFunction calls a function that a host has beyond the ABI. One that
// it doesn't have is types.ErrorStatusNotFound.
func CallForeignFunction(funcName string, param []byte) (ret []byte, err error) {
	ret, st := abi.CallForeignFunction(funcName, param)
	headers.Forget()
	if st != abi.StatusOK {
		return nil, statusError(st)
	}
	return ret, nil
}

// GetForeignFunctionData returns up to maxSize bytes from start on of what a
// foreign function hands over. Available during OnForeignFunction, see
// types.ForeignFunctionContext.
func GetForeignFunctionData(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferForeignCall, start, maxSize)
}
