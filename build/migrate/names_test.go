package migrate

import (
	"context"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	dir := write(t, map[string]string{"main.go": `package main

import (
	"log"

	w "github.com/alibaba/higress/plugins/wasm-go/pkg/wrapper"
)

func a(*w.Log, w.Log, *log.Logger, *w.Other) { w.RegisteTickFunc(1, log.RegisteTickFunc) }
`})
	r, err := Run(context.Background(), Options{Dir: dir, DryRun: true, Env: offline})
	if err != nil || len(r.Manual) != 2 || !strings.HasPrefix(r.Manual[0].String(), "main.go:9: Log is an interface") {
		t.Errorf("left to do: %v, %v", r.Manual, err)
	}
	if got := string(r.Sources["main.go"]); !strings.Contains(got, "{ w.RegisterTickFunc(1, log.RegisteTickFunc) }") {
		t.Errorf("it is now\n%s", got)
	}
}
