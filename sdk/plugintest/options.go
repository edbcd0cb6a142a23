package plugintest

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Options say how a plugin is started. The zero value starts it without a
// configuration.
type Options struct {
	// Config is the plugin's configuration, usually JSON.
	Config []byte
	// VMConfig is the VM's configuration, which few plugins read.
	VMConfig []byte
	// Name, RootID and VMID are the properties plugin_name, plugin_root_id and
	// plugin_vm_id. Default "".
	Name, RootID, VMID string
	// Properties are properties of every exchange, by their path joined with
	// dots: "xds.route_name", "source.address". Properties of the request
	// (request.path and the like) are taken from its headers.
	Properties map[string]string
	// LogLevel is the least severe level that is logged, one of proxywasm's
	// LogLevel constants. Default 0: everything.
	LogLevel uint32
	// OnLog gets each line of the log when it is written. Default nil.
	OnLog func(LogLine)
	// Now is the host's clock. Default time.Now.
	Now func() time.Time
	// MissingClusters are names of clusters that the host doesn't have:
	// callouts to them are refused. Default none: any name is accepted.
	MissingClusters []string
	// HasCluster says which clusters the host has, in place of MissingClusters.
	// Default nil: any name is accepted.
	HasCluster func(name string) bool
	// Foreign are foreign functions by name, besides those of stock Envoy that
	// Host has: clear_route_cache, compress and uncompress.
	Foreign map[string]func(argument []byte) (result []byte, err error)
	// UpstreamHosts is what proxywasm.GetUpstreamHosts returns.
	UpstreamHosts [][2]string
}

// LogLine is one line of the host's log.
type LogLine struct {
	// Level is one of proxywasm's LogLevel constants.
	Level uint32
	// Message is the line.
	Message string
}

// String returns the line with its level in front.
func (l LogLine) String() string { return levelName(l.Level) + ": " + l.Message }

func levelName(level uint32) string {
	names := [...]string{"trace", "debug", "info", "warn", "error", "critical"}
	if level > proxywasm.LogLevelCritical {
		return "unknown"
	}
	return names[level]
}

// Logs returns what was logged so far, oldest first.
func (h *Host) Logs() []LogLine { return append([]LogLine(nil), h.logs...) }

// LogsAt returns the messages that were logged at one level, oldest first.
func (h *Host) LogsAt(level uint32) (messages []string) {
	for _, l := range h.logs {
		if l.Level == level {
			messages = append(messages, l.Message)
		}
	}
	return messages
}
