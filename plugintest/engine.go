package plugintest

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Engine is what runs a plugin in a test.
type Engine string

// The engines.
const (
	// Native is the plugin compiled into the test: breakpoints, coverage and the
	// race detector work. See package sdk/plugintest.
	Native Engine = "native"
	// Compiler is the plugin as Wasm in the embedded gateway, on wazero's compiler.
	Compiler Engine = "compiler"
	// Interpreter is the same on wazero's interpreter, whose stack is as small as
	// that of Envoy.
	Interpreter Engine = "interpreter"
	// Envoy is the plugin as Wasm on a real Envoy.
	Envoy Engine = "envoy"
)

// Engines returns all engines.
func Engines() []Engine { return []Engine{Native, Compiler, Interpreter, Envoy} }

// enginesVariable names the variable that chooses engines.
const enginesVariable = "SLUICE_ENGINES"

// strict reports whether a missing engine is a failure.
func strict() bool { return os.Getenv("SLUICE_STRICT") == "1" }

// chosen returns the engines that the environment chooses.
func chosen() ([]Engine, error) { return parseEngines(os.Getenv(enginesVariable)) }

func parseEngines(list string) (engines []Engine, err error) {
	if strings.TrimSpace(list) == "" {
		return Engines(), nil
	}
	for _, name := range strings.Split(list, ",") {
		e := Engine(strings.TrimSpace(name))
		if !slices.Contains(Engines(), e) {
			return nil, fmt.Errorf("$%s: no engine %q; there are %v", enginesVariable, e, Engines())
		}
		if !slices.Contains(engines, e) {
			engines = append(engines, e)
		}
	}
	return engines, nil
}

// ChosenEngines returns the engines that $SLUICE_ENGINES chooses: all without it.
func ChosenEngines() ([]Engine, error) { return chosen() }
