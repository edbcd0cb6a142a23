package config

// Rules says what a plugin's rules, the entries of _rules_, hold.
type Rules uint8

// What rules hold.
const (
	// NoRules: the plugin has no rules.
	NoRules Rules = iota
	// WholeRules: a rule is a configuration of its own.
	WholeRules
	// OverrideRules: a rule holds what differs from the top level.
	OverrideRules
)
