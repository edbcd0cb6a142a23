// Command straight calls other services in handlers that read from top to
// bottom, and tells how the calls end.
package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("straight", wrapper.HandleRequestHeaders(onRequestHeaders))
}

func count(metric string) { proxywasm.DefineCounterMetric(metric).Increment(1) }

func onRequestHeaders(ctx context.Context, _ wrapper.HttpContext, _ struct{}) types.Action {
	op, _ := proxywasm.GetHttpRequestHeader("x-op")
	name, arg, _ := strings.Cut(op, "=")
	switch name {
	case "panic":
		_, _ = client("backend").Get(ctx, "/")
		panic("after the call")
	case "call":
		cluster, path, _ := strings.Cut(arg, "/")
		res, err := client(cluster).Get(ctx, "/"+path, call.Timeout(300*time.Millisecond))
		if err != nil {
			return answer(call.StatusCode(err), err.Error())
		}
		return answer(200, "status "+strconv.Itoa(res.StatusCode))
	case "leave":
		count("straight_started")
		defer count("straight_unwound")
		_, err := client("backend").Get(ctx, "/slow", call.Timeout(time.Minute))
		if errors.Is(err, call.ErrStreamEnded) && ctx.Err() != nil {
			count("straight_cancelled")
		}
		return types.ActionContinue
	}
	return types.ActionContinue
}

func client(cluster string) *call.Client {
	return call.New(wrapper.TargetCluster{Cluster: cluster, Host: "backend"})
}

func answer(status int, text string) types.Action {
	_ = proxywasm.SendHttpResponse(uint32(status), nil, []byte(text), -1)
	return types.ActionPause
}
