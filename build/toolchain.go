package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const installGo = "install Go 1.24 or later from https://go.dev/dl and put it on the PATH"

// findGo checks that there is a toolchain, that it is new enough for a plugin,
// and that the plugin's directory belongs to a module.
func (b *builder) findGo(ctx context.Context) error {
	path, err := exec.LookPath(b.Go)
	if err != nil {
		return fmt.Errorf("%w (looked for %q); %s", ErrNoGo, b.Go, installGo)
	}
	if b.Go, err = filepath.Abs(path); err != nil {
		return err
	}
	var env struct{ GOVERSION, GOMOD string }
	out, err := b.runGo(ctx, nil, "env", "-json", "GOVERSION", "GOMOD")
	var failed *CompileError
	if errors.As(err, &failed) {
		return fmt.Errorf("%s env in %s: %s", b.Go, b.Dir, strings.ReplaceAll(failed.Output, "\n", "; "))
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, &env); err != nil {
		return fmt.Errorf("%s env: %w", b.Go, err)
	}
	b.goVersion = env.GOVERSION
	if tooOld(env.GOVERSION) {
		return fmt.Errorf("%w: %s is %s; %s", ErrGoTooOld, b.Go, env.GOVERSION, installGo)
	}
	if env.GOMOD == "" || env.GOMOD == os.DevNull {
		return fmt.Errorf("%w: %s lies in no Go module; run \"go mod init NAME && go mod tidy\" there", ErrNotMain, b.Dir)
	}
	return nil
}

// tooOld says whether a toolchain is before MinGo. Versions of a development
// build, such as "devel go1.27-1234", are taken for new.
func tooOld(v string) bool {
	v, _, _ = strings.Cut(v, " ") // "go1.24.1 X:nocoverageredesign"
	return version.IsValid(v) && version.Compare(v, MinGo) < 0
}

// runGo runs the go command in the plugin's directory and returns what it
// prints. When ctx ends, its whole process group is killed. The error of a
// command that failed is a *CompileError with what it had to say.
func (b *builder) runGo(ctx context.Context, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, b.Go, args...)
	cmd.Dir = b.Dir
	cmd.Env = append(append(append(os.Environ(), b.Env...), env...), "PWD="+absolute(b.Dir))
	ownGroup(cmd)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("go %s: %w", args[0], context.Cause(ctx))
	case errors.As(err, &exit):
		return nil, &CompileError{Dir: b.Dir, Output: relocate(stderr.String()+string(out), b.Dir)}
	case err != nil:
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out, nil
}

func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}
