package serve

import (
	"bytes"
	"os"
	"path/filepath"
	"time"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// gatewayFile is the configuration that the listeners and clusters come from.
type gatewayFile struct {
	path, copy string
	text       []byte
	current    *xds.Gateway
	good       *xds.Gateway // that a node has taken last
	goodText   []byte
	problem    error
	since      time.Time
}

func openGateway(path, state string) *gatewayFile {
	g := &gatewayFile{path: path, copy: filepath.Join(state, "gateway.yaml")}
	if text, err := os.ReadFile(g.copy); err == nil {
		if parsed, err := xds.ParseGateway(text); err == nil {
			g.good, g.goodText = parsed, text
		}
	}
	return g
}

// read reads the file, and reports whether something has changed.
func (g *gatewayFile) read() bool {
	text, err := os.ReadFile(g.path)
	if err == nil && g.problem == nil && bytes.Equal(text, g.text) && g.current != nil {
		return false
	}
	var parsed *xds.Gateway
	if err == nil {
		parsed, err = xds.ParseGateway(text)
	}
	if err != nil {
		same := g.problem != nil && g.problem.Error() == err.Error()
		if !same {
			g.problem, g.since = err, time.Now()
		}
		if g.current == nil {
			g.current, g.text = g.good, g.goodText
		}
		return !same
	}
	g.current, g.text, g.problem = parsed, text, nil
	return true
}

// accepted notes that a node has taken what the file says.
func (g *gatewayFile) accepted() error {
	if bytes.Equal(g.text, g.goodText) {
		return nil
	}
	g.good, g.goodText = g.current, g.text
	return atomicfile.WriteFile(g.copy, g.text, 0o600)
}
