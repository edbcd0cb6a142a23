package gotest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/gotest"
)

func ExampleRun() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	test := "package x\n\nimport \"testing\"\n\nfunc TestBad(t *testing.T) { t.Fail() }\n"
	for name, content := range map[string]string{"x_test.go": test, "go.mod": "module x\n\ngo 1.24\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			log.Fatal(err)
		}
	}
	err = gotest.Run(context.Background(), gotest.Options{Dir: dir, Args: []string{"-run", "TestBad"}})
	fmt.Println(errors.Is(err, gotest.ErrFailed))
	// Output: true
}
