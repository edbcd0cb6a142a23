// Command vetted has one of each mistake that compiles and fails on a gateway.
package main

import (
	"log"
	"net"
	"os"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("vetted", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

// depth recurses into what a client sent.
func depth(v gjson.Result) int {
	most := 0
	for _, child := range v.Array() {
		most = max(most, depth(child))
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
		_ = depth(gjson.Parse(ctx.GetStringContext("body", "")))
	}
	return types.HeaderContinue
}
