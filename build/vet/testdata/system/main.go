// Command system asks an operating system that is not there.
package main

import (
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {
	log.Fatal("a gateway never runs main")
}

type config struct{ client *http.Client }

func init() {
	if len(os.Args) > 9 {
		os.Exit(1) // want "exit: os.Exit while the plugin starts"
	}
	wrapper.SetCtx("system", wrapper.ProcessRequestHeaders(onHeaders), wrapper.ProcessResponseHeaders(fine))
}

func onHeaders(_ wrapper.HttpContext, c config) types.Action {
	exits()
	_, _ = net.Dial("tcp", "127.0.0.1:80")         // want "network: net.Dial in a callback"
	_, _ = net.LookupHost("example.com")           // want "network: net.LookupHost"
	_, _ = http.Get("http://example.com")          // want "network: http.Get"
	_, _ = c.client.Do(&http.Request{})            // want "network: http.Client.Do"
	_, _ = http.DefaultClient.Post("x", "", nil)   // want "network: http.Client.Post"
	_ = http.ListenAndServe(":80", nil)            // want "network: http.ListenAndServe"
	_, _ = tls.Dial("tcp", "example.com:443", nil) // want "network: tls.Dial"
	_, _ = (&net.Dialer{}).Dial("tcp", "x:1")      // want "network: net.Dialer.Dial"
	_ = exec.Command("ls").Run()                   // want "process: exec.Command" "process: exec.Cmd.Run"
	signal.Notify(make(chan os.Signal, 1))         // want "process: signal.Notify"
	_, _ = os.ReadFile("/etc/passwd")              // want "files: os.ReadFile"
	_, _ = os.OpenFile("x", 0, 0)                  // want "files: os.OpenFile"
	_, _ = filepath.Glob("*")                      // want "files: filepath.Glob"
	_, _ = time.LoadLocation("Asia/Shanghai")      // want "files: time.LoadLocation without time/tzdata"
	return types.ActionContinue
}

func exits() {
	defer func() {
		log.Fatalf("x") // want "exit: log.Fatalf"
	}()
	runtime.Goexit()           // want "exit: runtime.Goexit in a callback"
	log.Default().Fatalln("x") // want "exit: log.Logger.Fatalln"
}

func fine(wrapper.HttpContext, config) types.Action {
	fmt.Println(os.Getenv("HOME"), filepath.Join("a", "b"))
	_, _ = url.Parse("http://example.com")
	_, _ = time.LoadLocation("UTC")
	_ = net.ParseIP("127.0.0.1")
	_ = http.StatusText(200)
	if len(os.Args) > 1 {
		panic("answered with 500")
	}
	return types.ActionContinue
}
