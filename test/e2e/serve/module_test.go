package serve

import (
	"context"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// module makes a file ready as the control plane does.
func module(t *testing.T, file string) *prepare.Module {
	t.Helper()
	p, err := prepare.New(prepare.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Module(context.Background(), &wasmplugin.Plugin{Name: "stamp", URL: "file://" + file})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
