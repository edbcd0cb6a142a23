package serve_test

import (
	"encoding/json"
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/plugintest/serve"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// A plugin's last init function calls Main; the variable says what it serves.
func ExampleMain() {
	serve.Main() // without the variable it returns at once
	text, _ := json.Marshal(serve.Setup{Listen: "127.0.0.1:10000", Upstream: "127.0.0.1:12345", Name: "hello"})
	fmt.Println(serve.Variable + "=" + string(text))
	// Output: SLUICE_DEBUG={"listen":"127.0.0.1:10000","upstream":"127.0.0.1:12345","name":"hello","config":null,"clusters":null}
}

func ExampleServe() {
	wrapper.SetCtx[struct{}]("example") // as plugins do
	err := serve.Serve(serve.Setup{Listen: "nonsense"})
	fmt.Println(err)
	// Output:
	// debug: [example] [nil] [nil] plugin started
	// listen tcp: address nonsense: missing port in address
}
