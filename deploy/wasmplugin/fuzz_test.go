package wasmplugin_test

import (
	"bytes"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// FuzzParse: no file makes the reader fail in another way than by an error, what
// it takes can be written, and what was written is read as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(rules))
	for _, p := range plugins() {
		if text, _, err := wasmplugin.Write(p, p.Kind); err == nil {
			f.Add(text)
		}
		if text, _, err := wasmplugin.JSON(p, p.Kind); err == nil {
			f.Add(text)
		}
	}
	f.Add([]byte("a: &a [*a]\n---\napiVersion: v1\nkind: List\nitems: [{<<: *a}]"))
	f.Add([]byte(resource(wasmplugin.Istio, url+"  pluginConfig: &x {<<: [*x, *x], 0x1: .5, on: 2001-01-01}\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		ps, err := wasmplugin.Parse("f.yaml", text)
		if err != nil {
			if len(ps) > 0 || len(wasmplugin.Problems(err)) == 0 {
				t.Errorf("%d plugins with %v", len(ps), err)
			}
			return
		}
		for _, p := range ps {
			if p.Entry > 0 {
				p.Entry = 0 // a resource of its own
			}
			out, _, err := wasmplugin.Write(p, p.Kind)
			if err != nil {
				continue // more digits than a control plane takes, say
			}
			back, err := wasmplugin.Parse("f.yaml", out)
			if err != nil || len(back) != 1 {
				t.Fatalf("%v\n%s", err, out)
			}
			if again, _, err := wasmplugin.Write(back[0], p.Kind); err != nil || !bytes.Equal(again, out) || !bytes.Equal(back[0].Config, p.Config) {
				t.Errorf("%v\n%s\nbecame\n%s", err, out, again)
			}
		}
	})
}
