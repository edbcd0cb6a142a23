// Package myplugin is the plugin of the "Terraster Plugin Development Guide",
// with the one import path changed. Its parts are as the guide prints them.
package myplugin

import (
	"context"
	"net/http"

	"github.com/sluiceproxy/sluice/sdk/plugin"
)

// MyPlugin lets everything pass.
type MyPlugin struct {
	// Plugin configuration and state
}

// New makes the plugin.
func New() plugin.Handler {
	return &MyPlugin{}
}

// Config is the plugin's configuration, which the guide leaves to the reader.
type Config struct {
	// Define your configuration fields
	Enabled    bool   `json:"enabled"`
	SomeOption string `json:"some_option"`
}

// ProcessRequest implements plugin.Handler.
func (p *MyPlugin) ProcessRequest(ctx context.Context, req *http.Request) *plugin.Result {
	// Modify or validate the request
	// Return plugin.ResultModify to continue processing
	// Return a custom result with plugin.NewResult to stop processing
	return plugin.ResultModify
}

// ProcessResponse implements plugin.Handler.
func (p *MyPlugin) ProcessResponse(ctx context.Context, resp *http.Response) *plugin.Result {
	// Modify or transform the response
	return plugin.ResultModify
}

// Name implements plugin.Handler.
func (p *MyPlugin) Name() string {
	return "my_plugin"
}

// Priority implements plugin.Handler.
func (p *MyPlugin) Priority() int {
	return 50 // Middle priority
}

// Cleanup implements plugin.Handler.
func (p *MyPlugin) Cleanup() error {
	// Clean up resources
	return nil
}
