package migrate

import (
	"context"
	"strings"
	"testing"
)

func TestPointersToLogs(t *testing.T) {
	dir := write(t, map[string]string{"main.go": `package main

import (
	"log"

	w "github.com/alibaba/higress/plugins/wasm-go/pkg/wrapper"
)

func a(*w.Log, w.Log, *log.Logger, *w.Other) {}
`})
	r, err := Run(context.Background(), Options{Dir: dir, DryRun: true, Env: offline})
	if err != nil || len(r.Manual) != 2 || !strings.HasPrefix(r.Manual[0].String(), "main.go:9: Log is an interface: write w.Log") {
		t.Errorf("left to do: %v, %v", r.Manual, err)
	}
}
