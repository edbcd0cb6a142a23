package cases

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sluiceproxy/sluice/plugintest"
)

// goldens are the golden files of a run.
type goldens struct {
	update bool

	mu      sync.Mutex
	written map[string]bool // by this run
}

// check compares an exchange with a golden file, or writes it: the first engine
// does, the others compare.
func (g *goldens) check(r *runner, what, name string, upstream []plugintest.Received, client *plugintest.Response) {
	r.t.Helper()
	path := filepath.Join(r.dir, "testdata", name+".golden")
	got := render(upstream, client)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.update && !g.written[path] {
		if err := write(path, got); err != nil {
			r.t.Fatalf("%sgolden: %v", what, err)
		}
		if g.written == nil {
			g.written = map[string]bool{}
		}
		g.written[path] = true
		return
	}
	want, err := readBounded(path)
	if errors.Is(err, fs.ErrNotExist) {
		r.t.Errorf("%sgolden: %s is not there; --update writes it:\n%s", what, path, got)
		return
	}
	if err != nil {
		r.t.Errorf("%sgolden: %v", what, err)
		return
	}
	if string(want) != got {
		r.t.Errorf("%sgolden: the exchange is not what %s has; --update writes it anew\n%s", what, path, plugintest.Diff(string(want), got))
	}
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// render is what reached upstream and the client, the same on each engine.
func render(upstream []plugintest.Received, client *plugintest.Response) string {
	var b strings.Builder
	for _, u := range upstream {
		fmt.Fprintf(&b, "upstream: %s %s\n", u.Method, u.Path)
		message(&b, append(plugintest.Headers{{"host", u.Host}}, u.Headers...), u.Body, u.Trailers)
	}
	if len(upstream) == 0 {
		b.WriteString("upstream: none\n\n")
	}
	fmt.Fprintf(&b, "client: %d\n", client.Status)
	message(&b, client.Headers, client.Body, client.Trailers)
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func message(b *strings.Builder, headers plugintest.Headers, body string, trailers plugintest.Headers) {
	fields(b, headers)
	if body != "" {
		fmt.Fprintf(b, "\n%s\n", body)
	}
	if len(trailers) > 0 {
		b.WriteString("\ntrailers\n")
		fields(b, trailers)
	}
	b.WriteString("\n")
}

// fields are in the order of their names, without those that gateways add, which
// differ from run to run and from one engine to another.
func fields(b *strings.Builder, list plugintest.Headers) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y [2]string) int { return strings.Compare(x[0], y[0]) })
	for _, f := range list {
		if !ofGateway(f[0]) {
			fmt.Fprintf(b, "%s: %s\n", f[0], f[1])
		}
	}
}

func ofGateway(name string) bool {
	switch name {
	case "date", "server", "via", "connection", "transfer-encoding", "x-request-id", "x-forwarded-for", "x-forwarded-proto":
		return true
	}
	return strings.HasPrefix(name, "x-envoy-")
}
