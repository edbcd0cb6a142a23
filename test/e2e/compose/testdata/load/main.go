// Command load reads a compose file the way Docker Compose does, checks it
// against the compose specification and prints the result as JSON. Variables
// come from its own environment. It is a module of its own so that the
// libraries behind it stay out of the requirements of the repository.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: load FILE")
		os.Exit(2)
	}
	out, err := load(context.Background(), os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(out)
}

// load returns the resolved project of the compose file at path.
func load(ctx context.Context, path string) ([]byte, error) {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithOsEnv, cli.WithName("sluice"), cli.WithConsistency(true))
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(ctx)
	if err != nil {
		return nil, err
	}
	return project.MarshalJSON()
}
