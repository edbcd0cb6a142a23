package abi

// Hook stands between the plugins of a bundle and the host: it answers for the
// host those functions whose meaning depends on which of the plugins calls, and
// calls the host itself where that is the answer, with the hook taken off. Only
// modules that are built with the tag sluice_bundle have one.
type Hook interface {
	Log(level LogLevel, msg string) Status
	SetTickPeriod(ms uint32) Status
	SetEffectiveContext(id uint32) Status
	Done() Status
	// Headers says whether the plugin that runs may use a map now.
	Headers(m MapType) Status
	GetBufferBytes(b BufferType, start int32, size int32) ([]byte, Status)
	SetBufferBytes(b BufferType, start int32, size int32, data []byte) Status
	ContinueStream(s StreamType) Status
	CloseStream(s StreamType) Status
	SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) Status
	GetProperty(path []string) ([]byte, Status)
	GetSharedData(key string) ([]byte, uint32, Status)
	SetSharedData(key string, value []byte, cas uint32) Status
	RegisterSharedQueue(name string) (uint32, Status)
	ResolveSharedQueue(vmID string, name string) (uint32, Status)
	InjectEncodedData(data []byte, endStream bool) Status
}

// hook is nil but while a plugin of a bundle runs.
var hook Hook

// SetHook makes h stand between the plugins and the host, nil nothing, and
// returns what did before.
func SetHook(h Hook) (before Hook) {
	before, hook = hook, h
	return before
}

// mayUse says whether a header map may be used now.
func mayUse(m MapType) Status {
	if bundled && hook != nil {
		return hook.Headers(m)
	}
	return StatusOK
}
