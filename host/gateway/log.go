package gateway

import (
	"io"
	"log"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

func (g *Gateway) log(level host.LogLevel, plugin, msg string) {
	if g.o.Log != nil && level >= g.o.LogLevel {
		g.o.Log(level, plugin, msg)
	}
}

// errorLog passes what net/http has to say on to Log.
func (g *Gateway) errorLog() *log.Logger {
	return log.New(logWriter{g}, "", 0)
}

type logWriter struct{ g *Gateway }

var _ io.Writer = logWriter{}

func (w logWriter) Write(p []byte) (int, error) {
	w.g.log(host.LogDebug, "", strings.TrimRight(string(p), "\n"))
	return len(p), nil
}
