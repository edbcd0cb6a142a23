package main

import (
	"fmt"
	"sync"
	_ "unsafe" // for linkname

	"github.com/corazawaf/coraza/v3/experimental/plugins"
	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// operators are the library's own, which it has no function for.
//
//go:linkname operators github.com/corazawaf/coraza/v3/internal/operators.operators
var operators map[string]plugintypes.OperatorFactory

// laziness makes patterns of the core rule set when they are first looked for. Each
// is known to be right, and most engines never see a request: a gateway starts one
// to try the configuration, and one on its main thread. Rules of the user are made
// at once, so that what is wrong with them is known at once.
type laziness struct {
	installed bool
	trusted   bool // what is being read is of the core rule set
}

var lazy laziness

// trustedEnd is the name of a file that ends what can be trusted.
const trustedEnd = "@rules-of-the-user"

// install puts itself in front of the operators that take long to make.
func (l *laziness) install() error {
	l.trusted = false
	if l.installed {
		return nil
	}
	for _, name := range []string{"rx", "pm", "pmFromFile", "pmf"} {
		eager := operators[name]
		if eager == nil {
			return fmt.Errorf("coraza has no operator %s", name)
		}
		plugins.RegisterOperator(name, func(o plugintypes.OperatorOptions) (plugintypes.Operator, error) {
			if !l.trusted {
				return eager(o)
			}
			return &later{make: eager, options: o}, nil
		})
	}
	l.installed = true
	return nil
}

// later is an operator that is made when it is first used.
type later struct {
	once    sync.Once
	make    plugintypes.OperatorFactory
	options plugintypes.OperatorOptions
	made    plugintypes.Operator
}

// Evaluate implements plugintypes.Operator.
func (o *later) Evaluate(tx plugintypes.TransactionState, value string) bool {
	o.once.Do(func() {
		made, err := o.make(o.options)
		if err != nil {
			log.Errorf("pattern %q: %v", o.options.Arguments, err)
		}
		o.made, o.options = made, plugintypes.OperatorOptions{}
	})
	return o.made == nil || o.made.Evaluate(tx, value)
}
