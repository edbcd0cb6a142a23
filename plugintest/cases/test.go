package cases

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// updateVariable makes Test write golden files.
const updateVariable = "SLUICE_UPDATE"

// Test runs files of cases under go test, in the plugin's own package; without a
// file, those that Find finds in its directory. Each case is a subtest, and below
// it each engine. $SLUICE_ENGINES chooses engines, SLUICE_UPDATE=1 writes golden
// files.
func Test(t *testing.T, files ...string) {
	t.Helper()
	if len(files) == 0 {
		var err error
		if files, err = Find("."); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) == 0 {
		t.Fatal("no cases.yaml and no *.cases.yaml here")
	}
	engines, err := plugintest.ChosenEngines()
	if err != nil {
		t.Fatal(err)
	}
	golden := &goldens{update: os.Getenv(updateVariable) == "1"}
	for _, path := range files {
		f, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Cases {
			c := &f.Cases[i]
			t.Run(c.Name, func(t *testing.T) {
				o := Options{Engines: engines}
				for _, e := range o.engines(c) {
					t.Run(string(e), func(t *testing.T) {
						if !golden.update {
							t.Parallel()
						}
						r := runner{t: t, c: c, dir: filepath.Dir(path), module: plugintest.Dir("."), golden: golden}
						r.run(e)
					})
				}
			})
		}
	}
}
