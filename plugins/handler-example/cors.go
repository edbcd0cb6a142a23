package main

import (
	"net/http"
	"slices"

	"github.com/sluiceproxy/sluice/sdk/plugin"
)

// isPreflight reports whether a browser asks what it may do.
func isPreflight(req *http.Request) bool {
	return req.Method == http.MethodOptions && req.Header.Get("Origin") != ""
}

// preflight answers it.
func (e *example) preflight(req *http.Request) *plugin.Result {
	h := http.Header{}
	if !e.allowOrigin(req.Header.Get("Origin"), h) {
		return deny(http.StatusForbidden, "origin not allowed")
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Authorization, "+e.config.AuthHeader)
	h.Set("Access-Control-Max-Age", "86400")
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(http.StatusNoContent), plugin.WithHeaders(h))
}

// allowOrigin adds the headers that let a page of origin read an answer, and
// reports whether it may. Credentials are for origins that were named: with *
// any page could use them.
func (e *example) allowOrigin(origin string, h http.Header) bool {
	h.Add("Vary", "Origin")
	switch {
	case origin == "":
		return false
	case slices.Contains(e.config.AllowedOrigins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	case slices.Contains(e.config.AllowedOrigins, "*"):
		h.Set("Access-Control-Allow-Origin", "*")
	default:
		return false
	}
	return true
}
