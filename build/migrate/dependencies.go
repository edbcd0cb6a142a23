package migrate

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// dependents lists packages of other modules that the plugin links and that
// import Higress' SDK themselves: it stays required for them, and is replaced when
// the plugin is built. Where the go command can't tell, for want of a network say,
// there are none.
func dependents(ctx context.Context, tool *gotool.Tool, o Options) (found []string, err error) {
	plan, err := compat.New(ctx, compat.Options{Dir: o.Dir, SDK: o.SDK, Go: o.Go, Env: o.Env})
	if err != nil || !plan.Needed {
		return nil, nil
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	const format = `-f={{with .Module}}{{if not .Main}}{{.Path}} {{$.ImportPath}} {{join $.Imports " "}}{{end}}{{end}}`
	env := append([]string{"GOOS=wasip1", "GOARCH=wasm"}, plan.Env...)
	out, err := tool.Run(ctx, env, append(append([]string{"list"}, plan.Args...), "-e", "-deps", format, ".")...)
	if err != nil {
		return nil, ctx.Err()
	}
	for _, line := range strings.Split(string(out), "\n") {
		fields := strings.Fields(line)
		if len(fields) > 2 && !isHigress(fields[0]) && slices.ContainsFunc(fields[2:], isHigress) {
			found = append(found, fields[1])
		}
	}
	return found, nil
}

// isHigress says whether a path is of a module that package compat replaces.
func isHigress(path string) bool {
	return within(path, compat.WrapperModule) || within(path, compat.RawModule)
}
