package full

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// TestGuide runs the commands of docs/istio.md, from the source to a request that
// the plugin serves, and then moves the tag, which sluice apply pins anew.
func TestGuide(t *testing.T) {
	istiod := chain.StartIstiod(t, chain.StartKube(t))
	s := chain.StartStack(t, istiod)
	s.Image("team/hello")
	local := strings.NewReplacer("registry.example", s.Registry.Host, "./plugin", filepath.Join(chain.Module(t), "plugin"))
	s.Write("plugin.yaml", []byte(local.Replace(chain.GuideResource(t))))
	var apply []string
	for _, words := range chain.GuideCommands(t) {
		for i, word := range words {
			words[i] = local.Replace(word)
		}
		switch args := words[1:]; args[0] {
		case "build":
			s.Run(append(args, "-o", filepath.Join(s.Home(), "plugin.wasm"))...)
		case "push":
			args[1] = filepath.Join(s.Home(), "plugin.wasm")
			s.Run(append(args, "--plain-http")...)
		case "apply":
			apply = append(args, "--plain-http", "--kubeconfig", istiod.Config)
			s.Run(apply...)
		default:
			s.Run(append(args, "--plain-http")...)
		}
	}
	s.WaitLabel(chain.Label(0, "hello"), changeTime)
	s.Push(s.WriteVersion(filepath.Join(s.Home(), "plugin.wasm"), 1), s.Registry.Host+"/team/hello:1.0.0")
	s.Run(apply...)
	s.WaitLabel(chain.Label(1, "hello"), changeTime)
}
