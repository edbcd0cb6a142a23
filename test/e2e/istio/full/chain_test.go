package full

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// changeTime is how long a change may take on a busy machine.
const changeTime = 2 * time.Minute

// TestAnswers: a WasmPlugin of document 002's configuration, applied to an API
// server, gives the four answers.
func TestAnswers(t *testing.T) {
	s := chain.StartStack(t, chain.StartIstiod(t, chain.StartKube(t)))
	image := s.Image("lab/custom-response")
	s.Push(s.Build(filepath.Join(chain.Repository(t), "plugins", "mock-response")), image+":v1")
	chain.CheckAnswers(t, s, "oci://"+image+":v1", changeTime)
}

// TestReload: configurations and tags change under load, and nothing is lost.
func TestReload(t *testing.T) {
	s := chain.StartStack(t, chain.StartIstiod(t, chain.StartKube(t)))
	image := s.Image("lab/versioned")
	base := s.Build(filepath.Join(chain.Module(t), "plugin"))
	apply := func(n int, message string) func() {
		s.Push(s.WriteVersion(base, n), fmt.Sprintf("%s:v%d", image, n))
		return func() {
			s.Apply(chain.WasmPlugin("versioned", fmt.Sprintf("oci://%s:v%d", image, n), map[string]any{"message": message}, nil))
		}
	}
	apply(1, "start")()
	s.WaitLabel(chain.Label(1, "start"), changeTime)
	var changes []chain.Change
	for i := range 10 {
		message := fmt.Sprint("configuration ", i)
		changes = append(changes, chain.Change{Kind: "configuration", Apply: apply(1, message), Label: chain.Label(1, message)})
	}
	for n := 2; n < 12; n++ {
		changes = append(changes, chain.Change{Kind: "tag", Apply: apply(n, "tag"), Label: chain.Label(n, "tag")})
	}
	chain.Reload(t, s, 32, changeTime, changes)
}
