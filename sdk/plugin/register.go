package plugin

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// DefaultTimeout is how long the handlers of a message may take together.
const DefaultTimeout = 5 * time.Second

// Option changes how a module's handlers are run. It holds for all of them.
type Option func(*settings)

// settings are what options change.
type settings struct {
	timeout        time.Duration
	bodyAfterCalls bool
}

// Timeout is how long the handlers of a message may take together; 0 or less is
// DefaultTimeout. Where it is given more than once, the last one counts.
func Timeout(d time.Duration) Option {
	return func(s *settings) {
		if s.timeout = d; d <= 0 {
			s.timeout = DefaultTimeout
		}
	}
}

// BodyAfterCalls lets handlers read a body after they have waited in a call.
// The gateway then takes in the body while they wait, even if they don't read
// it in the end, and answers 413 where it is larger than it may hold.
func BodyAfterCalls() Option {
	return func(s *settings) { s.bodyAfterCalls = true }
}

// Register makes a handler part of the module. Call it from main's init
// function, once for each handler. newHandler is called at each start of the
// plugin and for each rule of its configuration; a handler that is a Configurer
// then gets its part.
func Register(newHandler func() Handler, options ...Option) {
	register(entry{make: newHandler}, options)
}

func register(e entry, options []Option) {
	m, ok := proxywasm.GetVMContext().(*module)
	if !ok {
		m = newModule()
		dispatch.WantHTTP()
		abi.WantDone()
		dispatch.SetVMContext(m)
	}
	m.entries = append(m.entries, e)
	for _, o := range options {
		if o != nil {
			o(&m.settings)
		}
	}
}
