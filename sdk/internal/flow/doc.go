// Package flow moves one direction of an HTTP exchange through several plugins
// that share one filter of a gateway, as the gateway would through a filter for
// each: a plugin sees headers, body and trailers when those before it have let
// them go on, and what it holds back waits for it alone.
//
// The body stays in the gateway. Its buffer is a row of windows, one for each
// plugin, that of the last plugin in front: what has come furthest was sent
// first. A gateway lets go of the whole buffer or of nothing, so what has passed
// all plugins waits while one holds back what follows it.
package flow
