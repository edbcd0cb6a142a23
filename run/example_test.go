package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sluiceproxy/sluice/run"
)

func ExampleParseCluster() {
	c, err := run.ParseCluster("outbound|80||my-svc.static=127.0.0.1:8000")
	fmt.Println(c.Name, c.Address, err)
	_, err = run.ParseCluster("my-svc")
	fmt.Println(err)
	// Output:
	// outbound|80||my-svc.static 127.0.0.1:8000 <nil>
	// cluster "my-svc": want NAME=ADDRESS, such as 'outbound|80||my-svc.static=127.0.0.1:8000'
}

func ExampleReadConfig() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "config.yaml")
	_ = os.WriteFile(file, []byte("mockEnable: true\nlimit: 3\nname: \"7\"\n"), 0o644)
	json, err := run.ReadConfig(file)
	fmt.Println(string(json), err)
	// Output: {"limit":3,"mockEnable":true,"name":"7"} <nil>
}

func ExampleNewPrinter() {
	p := run.NewPrinter(os.Stdout, false, false)
	p.Print(run.Reloaded{What: "configuration", Took: 41 * time.Millisecond})
	p.Print(run.Failed{Err: "config.yaml: not valid YAML: line 2: did not find expected node content"})
	// Output:
	// reloaded configuration in 41ms
	// not reloaded, the old version serves on: config.yaml: not valid YAML: line 2: did not find expected node content
}
