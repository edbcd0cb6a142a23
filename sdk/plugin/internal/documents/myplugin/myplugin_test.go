package myplugin

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
	sdk "github.com/sluiceproxy/sluice/sdk/plugin"
)

func TestMyPlugin(t *testing.T) {
	plugin := New()
	// Test request processing
	req := httptest.NewRequest("GET", "/test", nil)
	result := plugin.ProcessRequest(context.Background(), req)
	// Assert expected behavior
	if result != sdk.ResultModify {
		t.Errorf("got %+v", result)
	}
}

func TestConfig(t *testing.T) {
	c, err := config.Parse[Config]([]byte(`{"enabled":true,"some_option":"x"}`))
	if err != nil || !c.Enabled || c.SomeOption != "x" {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := config.Parse[Config]([]byte(`{"enabled":"yes"}`)); err == nil {
		t.Error("a wrong type was accepted")
	}
}
