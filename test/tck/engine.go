package tck

import (
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// Engine is a host that runs the plugin of package cells.
type Engine interface {
	// Control gives the plugin a command, see cells; an error means that the
	// plugin's VM is gone.
	Control(command string) (string, error)
	// Exchange sends one request and waits for its end.
	Exchange(shape Shape) Effects
	// Connect opens a connection, sends data both ways and closes it.
	Connect(phase string) Effects
	// Wait lets some time pass, such as a tick.
	Wait()
	// Restart replaces a VM that is gone.
	Restart() error
	// HasTCP reports whether the engine has connections.
	HasTCP() bool
}

// Shape is the form of an exchange.
type Shape struct {
	// Trailers says that the bodies end in trailers, and that their length is
	// not announced.
	Trailers bool
}

// shapeOf returns the shape in which a phase occurs.
func shapeOf(phase string) Shape {
	return Shape{Trailers: phase != cells.RequestBodyEnd && phase != cells.ResponseBodyEnd}
}

// Effects are what the remote ends saw of an exchange or connection.
type Effects struct{ Upstream, Client string }

// patience is how long the runner waits for a report.
const patience = 5 * time.Second

// The texts of what is sent.
const (
	Host         = "conformance.test"
	Path         = "/cell?x=1"
	RequestText  = "request body"
	ResponseText = "response body"
	VMConfig     = "vm configuration"
)

// requestFields are the request's own header fields; trailerFields the trailers'
// of both directions; responseFields the response's.
var (
	requestFields  = [][2]string{{"x-c-empty", ""}, {"x-c-in", "in"}, {"x-c-two", "1"}, {"x-c-two", "2"}}
	responseFields = [][2]string{{"x-c-empty", ""}, {"x-c-two", "1"}, {"x-c-two", "2"}, {"x-c-up", "up"}}
	trailerFields  = [][2]string{{"x-c-empty", ""}, {"x-c-trailer", "t"}, {"x-c-two", "1"}, {"x-c-two", "2"}}
)

// ForConnections tells whether a command is for the plugin of connections: one
// that names a phase decides, all others follow the one before.
func ForConnections(command string, before bool) bool {
	kind, rest, _ := strings.Cut(command, " ")
	switch phase, _, _ := strings.Cut(rest, " "); kind {
	case "arm":
		return cells.IsTCP(phase)
	case "root":
		return false
	}
	return before
}
