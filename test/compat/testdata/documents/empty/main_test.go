package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestAnswers(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request([][2]string{{":method", "GET"}, {":authority", "a.test"}, {":path", "/"}})
	if ex.Reply == nil || ex.Reply.Status != 200 || string(ex.Client.Body) != "hello world" {
		t.Errorf("reply %+v", ex.Reply)
	}
}
