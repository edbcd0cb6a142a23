package remote_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/sdk/remote"
)

// What "sluice debug" adds to a plugin's main package, in short.
func ExampleConnect() {
	session, err := remote.Connect(os.Getenv("NO_GATEWAY"))
	if err == nil {
		err = session.Serve()
	}
	fmt.Println(err)
	// Output: no address of a gateway: `sluice debug` starts this program
}

// A gateway that ends the conversation ends the program in order.
func ExampleSession_Serve() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	gateway, err := net.Listen("unix", filepath.Join(dir, "gateway"))
	if err != nil {
		panic(err)
	}
	go func() {
		if conn, err := gateway.Accept(); err == nil {
			hello := make([]byte, 20)
			_, _ = conn.Read(hello)
			fmt.Printf("the plugin says %s\n", hello[6:])
			_, _ = conn.Read(hello) // it is ready
			conn.Close()
		}
	}()
	var session *remote.Session
	if session, err = remote.Connect(gateway.Addr().String()); err == nil {
		err = session.Serve()
	}
	fmt.Println(err)
	// Output:
	// the plugin says sluice-guest/1
	// <nil>
}
