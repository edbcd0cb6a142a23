package plugin

import "github.com/sluiceproxy/sluice/sdk/config"

// RegisterConfig is Register for a handler whose configuration is a struct of
// type T; package sdk/config says what its tags mean, json tags alone are
// enough. newHandler gets what was parsed, at each start and for each rule. An
// error, of the text or of newHandler, makes the gateway refuse the
// configuration. name is what the handler's Name returns.
func RegisterConfig[T any](name string, newHandler func(config T) (Handler, error), options ...Option) {
	if newHandler == nil {
		register(entry{}, options)
		return
	}
	config.Register[T](name, config.WholeRules)
	parser, broken := config.New[T]()
	register(entry{name: name, configure: func(json []byte) (Handler, error) {
		if broken != nil {
			return nil, broken
		}
		c, err := parser.Parse(json)
		if err != nil {
			return nil, err
		}
		return newHandler(c)
	}}, options)
}
