package main

import (
	"strconv"

	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// numbering gives the configuration and its rules names in shared data, by their
// place: the same in each worker and after each change of the configuration, so
// that all count together and nothing begins anew. Rules are parsed in their order.
type numbering struct {
	plugin string
	parsed int
}

var counters numbering

// begin is called before a configuration is parsed.
func (n *numbering) begin(wrapper.PluginContext) error {
	*n = numbering{plugin: wrapper.GetPluginFingerPrint()}
	return nil
}

// next returns the counters of the part that is parsed now.
func (n *numbering) next() *limit.Shared {
	n.parsed++
	return &limit.Shared{Prefix: "key-rate-limit:" + n.plugin + ":" + strconv.Itoa(n.parsed) + ":"}
}
