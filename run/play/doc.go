// Package play runs recorded exchanges through a chain of plugins: in the gateway
// of this module, in this process, without the network. The upstream and whatever
// the plugins call answer as they did when the exchange was recorded.
package play
