package cases

import "github.com/sluiceproxy/sluice/plugintest"

// words is a type that takes one of a few words.
type words interface{ words() []string }

var (
	_ words = Engine("")
	_ words = Reset("")
	_ words = Level("")
)

func (Engine) words() (list []string) {
	for _, e := range plugintest.Engines() {
		list = append(list, string(e))
	}
	return list
}

func (Reset) words() []string { return []string{"before headers", "after headers", "before end"} }

// point is the reset as plugintest has it.
func (r Reset) point() plugintest.Reset {
	for i, word := range r.words() {
		if word == string(r) {
			return plugintest.BeforeHeaders + plugintest.Reset(i)
		}
	}
	return plugintest.NoReset
}

func (Level) words() (list []string) {
	for l := plugintest.Debug; l <= plugintest.Critical; l++ {
		list = append(list, l.String())
	}
	return list
}

// is reports whether a line's level is this one; the empty one is any.
func (l Level) is(other plugintest.Level) bool { return l == "" || string(l) == other.String() }
