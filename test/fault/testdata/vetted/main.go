// Command vetted has one of each mistake that compiles and fails on a gateway.
package main

import (
	"log"
	"net"
	"os"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("vetted", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type tree struct{ children []tree }

func (t tree) depth() int {
	most := 0
	for _, c := range t.children {
		most = max(most, c.depth())
	}
	return most + 1
}

func onRequestHeaders(ctx wrapper.HttpContext, _ struct{}) types.Action {
	switch ctx.Path() {
	case "/exit":
		os.Exit(3)
	case "/fatal":
		log.Fatal("over")
	case "/sleep":
		time.Sleep(time.Second)
	case "/dial":
		_, _ = net.Dial("tcp", "a.test:80")
	case "/file":
		_, _ = os.ReadFile("/etc/hosts")
	case "/channel":
		<-make(chan int)
	case "/deep":
		_ = tree{}.depth()
	}
	return types.HeaderContinue
}
