package istio

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// changeTime is how long a change may take on a busy machine: V8 compiles new
// code before Envoy serves with it.
const changeTime = 90 * time.Second

// TestAnswers: the plugin of document 002, built by sluice build, pushed by sluice
// push and pulled by Istio's agent, gives the four answers.
func TestAnswers(t *testing.T) {
	s := chain.StartStack(t, chain.StartLite(t))
	image := s.Image("lab/custom-response")
	s.Push(s.Build(filepath.Join(chain.Repository(t), "plugins", "mock-response")), image+":v1")
	chain.CheckAnswers(t, s, "oci://"+image+":v1", changeTime)
}
