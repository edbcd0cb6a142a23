package wrapper

import "github.com/sluiceproxy/sluice/sdk/log"

// NewLog returns a logger as SetCtx installs it, whose lines carry another name:
// for a module that holds several plugins.
func NewLog(name string) log.Log { return log.New(name, logIDs) }
