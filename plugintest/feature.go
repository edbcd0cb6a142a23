package plugintest

import "fmt"

// Feature is something that not every engine can do.
type Feature string

// The features.
const (
	// Modules are plugins that are not the package under test: see Plugin.Module.
	Modules Feature = "modules"
	// ClockControl is a clock that the test sets: Plugin.Clock.
	ClockControl Feature = "clock"
	// RandomControl are random numbers that the test chooses: Plugin.Random.
	RandomControl Feature = "random"
	// SharedDataAccess is reading and writing what plugins share.
	SharedDataAccess Feature = "shared data"
	// OwnProperties are properties with values of the test: Plugin.Properties.
	OwnProperties Feature = "properties"
	// Histograms are metrics of that kind: Gateway.Histogram.
	Histograms Feature = "histograms"
	// HigressCalls are host functions that only Higress' gateway has, and its
	// relatives: a plugin that can't be built without them.
	HigressCalls Feature = "higress calls"
)

// Lack is a feature that an engine does not have. A test that needs it is
// skipped on that engine, with the reason.
type Lack struct {
	Engine  Engine
	Feature Feature
	// Why is the reason, which says what to do instead where there is something.
	Why string
}

// String is what the skipped test says.
func (l Lack) String() string {
	return fmt.Sprintf("%s lacks the feature %q: %s", l.Engine, l.Feature, l.Why)
}

// Lacks returns every feature that an engine does not have.
func Lacks() []Lack {
	return []Lack{
		{Native, Modules, "only the package under test is compiled into the test"},
		{Native, RandomControl, "Go's random numbers are those of the process"},
		{Compiler, OwnProperties, "the gateway makes them of the request; use Route and Upstream"},
		{Interpreter, OwnProperties, "the gateway makes them of the request; use Route and Upstream"},
		{Envoy, ClockControl, "Envoy's clock is the machine's"},
		{Envoy, RandomControl, "Envoy's random numbers are the machine's"},
		{Envoy, SharedDataAccess, "Envoy shows it to plugins only"},
		{Envoy, OwnProperties, "Envoy makes them of the request; use Route and Upstream"},
		{Envoy, Histograms, "Envoy publishes them only every five seconds"},
		{Envoy, HigressCalls, "stock Envoy refuses a module that imports them"},
	}
}

// lack returns what e lacks of f, and whether it does.
func lack(e Engine, f Feature) (Lack, bool) {
	for _, l := range Lacks() {
		if l.Engine == e && l.Feature == f {
			return l, true
		}
	}
	return Lack{}, false
}

// needs are the features without which the plugin can't be tested.
func (p Plugin) needs() (list []Feature) {
	if !p.underTest() {
		list = append(list, Modules)
	}
	if !p.Clock.IsZero() {
		list = append(list, ClockControl)
	}
	if p.Random != nil {
		list = append(list, RandomControl)
	}
	if len(p.Properties) > 0 {
		list = append(list, OwnProperties)
	}
	return list
}
