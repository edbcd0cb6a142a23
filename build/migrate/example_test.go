package migrate_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/migrate"
	"github.com/sluiceproxy/sluice/build/origin"
)

const plugin = `package main

import "github.com/alibaba/higress/plugins/wasm-go/pkg/wrapper"

func main() { wrapper.SetCtx[struct{}]("x") }
`

func ExampleRun() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, content := range map[string]string{"main.go": plugin, "go.mod": "module x\n\ngo 1.26.0\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			log.Fatal(err)
		}
	}
	r, err := migrate.Run(context.Background(), migrate.Options{Dir: dir, SDK: origin.SDK{Version: "v0.3.0"}, DryRun: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, change := range r.Changes {
		fmt.Println(change)
	}
	// Output:
	// main.go:3: import github.com/sluiceproxy/sluice/sdk/wrapper instead of github.com/alibaba/higress/plugins/wasm-go/pkg/wrapper
	// main.go:5: what main does is done in init; a gateway never calls main
	// go.mod:1: require github.com/sluiceproxy/sluice v0.3.0
}
