package prepare

import (
	"fmt"
	"strings"
)

// ConfigError says why a plugin doesn't take a configuration.
type ConfigError struct {
	// By is who refused it: "schema" or "plugin".
	By string
	// Problems are the reasons; there is at least one.
	Problems []Problem
}

// Problem is one reason.
type Problem struct {
	// Path is where in the configuration, such as "_rules_[1].limit"; empty for the
	// whole, or where the plugin doesn't say.
	Path string `json:"path,omitempty"`
	// Reason says what is wrong, with the value, unless that is a secret, and what
	// is allowed.
	Reason string `json:"reason"`
}

// String is the problem in one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Reason
	}
	return p.Path + ": " + p.Reason
}

// maxShown bounds how many problems an error's text has.
const maxShown = 5

// Error is one line.
func (e *ConfigError) Error() string {
	var list []string
	for _, p := range e.Problems {
		list = append(list, p.String())
	}
	if more := len(list) - maxShown; more > 0 {
		list = append(list[:maxShown], fmt.Sprintf("and %d more", more))
	}
	by := "the plugin refuses the configuration"
	if e.By == bySchema {
		by = "the configuration is not as the plugin's schema says"
	}
	return by + ": " + strings.Join(list, "; ")
}

// Who refuses.
const (
	bySchema = "schema"
	byPlugin = "plugin"
)
