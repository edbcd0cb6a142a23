package main

import (
	"fmt"
	_ "unsafe" // for linkname

	"github.com/corazawaf/coraza/v3/experimental/plugins"
	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"
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

// Names of files between what can be trusted and what can't.
const (
	trustedBegin = "@rules-of-the-core"
	trustedEnd   = "@rules-of-the-user"
)

// install puts itself in front of the operators that look for patterns.
func (l *laziness) install() error {
	l.trusted = false
	if l.installed {
		return nil
	}
	for name, read := range map[string]reader{"rx": expression, "pm": words, "pmFromFile": wordsOfFile, "pmf": wordsOfFile} {
		eager := operators[name]
		if eager == nil {
			return fmt.Errorf("coraza has no operator %s", name)
		}
		plugins.RegisterOperator(name, func(o plugintypes.OperatorOptions) (plugintypes.Operator, error) {
			o.RxPreFilterEnabled = false
			s := &screened{read: read, operator: later{make: eager, options: o}}
			if l.trusted {
				return s, nil
			}
			return s, s.operator.begin()
		})
	}
	l.installed = true
	return nil
}

// later is an operator that is made when it is first used.
type later struct {
	make    plugintypes.OperatorFactory // nil once it was tried
	options plugintypes.OperatorOptions
	made    plugintypes.Operator
	err     error
}

// begin makes the operator.
func (o *later) begin() error {
	if o.make != nil {
		o.made, o.err = o.make(o.options)
		o.make = nil
	}
	return o.err
}

// evaluate asks the operator. One that can't be made panics, each time, which refuses
// the request: whether yes or no lets it pass is the rule's to know.
func (o *later) evaluate(tx plugintypes.TransactionState, value string) bool {
	if err := o.begin(); err != nil {
		panic(fmt.Errorf("pattern %q: %w", o.options.Arguments, err))
	}
	return o.made.Evaluate(tx, value)
}
