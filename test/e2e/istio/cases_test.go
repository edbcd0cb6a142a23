package istio

import (
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// TestCases: what becomes of requests for each way a WasmPlugin can fail or work,
// where there was no plugin before and where one served.
func TestCases(t *testing.T) {
	s := chain.StartStack(t, chain.StartLite(t))
	file := s.Build(filepath.Join(chain.Module(t), "plugin"))
	image := s.Image("lab/good")
	s.Push(file, image+":v0")
	cases := chain.Table(s, file)
	chain.CheckPage(t, cases)
	chain.RunCases(t, s, "oci://"+image+":v0", 0, changeTime, cases)
}
