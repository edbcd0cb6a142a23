package main

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// pair is a command line of each, which do the same. They get the number of the
// round, so that no push finds the last one's content in its repository.
type pair struct {
	name         string
	sluice, oras func(round int) []string
	// other says that the two don't do the same: it is shown and not judged.
	other bool
}

func (b *bench) cases() []pair {
	at := func(name string, round int) string { return fmt.Sprintf("%s/%s%d:1", b.host, name, round) }
	return []pair{
		{
			name: "push, the module as it is",
			sluice: func(i int) []string {
				return []string{"push", "plugin.wasm", at("s/raw", i), "--plain-http", "--format", "artifact"}
			},
			oras: func(i int) []string {
				return []string{"push", "--plain-http", at("o/raw", i), "plugin.wasm:application/vnd.module.wasm.content.layer.v1+wasm"}
			},
		},
		{
			name:   "push, packed as a tar.gz layer",
			sluice: func(i int) []string { return []string{"push", "plugin.wasm", at("s/packed", i), "--plain-http"} },
			oras: func(i int) []string {
				return []string{"push", "--plain-http", at("o/packed", i), "w:application/vnd.oci.image.layer.v1.tar+gzip"}
			},
		},
		{
			name:   "copy, an image that was packed before",
			sluice: func(i int) []string { return []string{"copy", "oci:layout:1", at("s/image", i), "--plain-http"} },
			oras: func(i int) []string {
				return []string{"cp", "--to-plain-http", "--from-oci-layout", "layout:1", at("o/image", i)}
			},
		},
		{
			name:   "pull, the module as it is",
			sluice: func(int) []string { return []string{"pull", b.host + "/raw:1", "-o", "a.wasm", "--plain-http"} },
			oras:   func(int) []string { return []string{"pull", "--plain-http", b.host + "/raw:1", "-o", "a"} },
		},
		{
			name:   "pull, packed as a tar.gz layer",
			sluice: func(int) []string { return []string{"pull", b.host + "/packed:1", "-o", "b.wasm", "--plain-http"} },
			oras:   func(int) []string { return []string{"pull", "--plain-http", b.host + "/packed-by-oras:1", "-o", "b"} },
		},
		{
			name:   "(packing, beside oras that does not pack)",
			sluice: func(i int) []string { return []string{"push", "plugin.wasm", at("s/other", i), "--plain-http"} },
			oras: func(i int) []string {
				return []string{"push", "--plain-http", at("o/other", i), "plugin.wasm:application/wasm"}
			},
			other: true,
		},
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// answers waits for the registry.
func answers(host string) error {
	var err error
	for range 600 {
		var res *http.Response
		if res, err = http.Get("http://" + host + "/v2/"); err == nil {
			return res.Body.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
