package main

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// call asks the cluster "name/path" and answers with the status and how many
// times the callback ran so far.
func call(ctx wrapper.HttpContext, _ config, arg string) types.Action {
	cluster, path, _ := strings.Cut(arg, "/")
	client := wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: cluster, Host: "backend"})
	runs := 0
	err := client.Get("/"+path, nil, func(status int, _ [][2]string, _ []byte) {
		runs++
		answer("status " + strconv.Itoa(status) + ", callback ran " + strconv.Itoa(runs) + "x")
	}, 300)
	if err != nil {
		return answer("error: " + err.Error())
	}
	return types.ActionPause
}

// leave waits for a call that takes longer than the client does, and counts
// whether its callback runs for a stream that is over.
func leave(ctx wrapper.HttpContext, _ config, _ string) types.Action {
	count("fault_left_started")
	report(backend.Get("/slow", nil, func(int, [][2]string, []byte) {
		if ctx.GetBoolContext("over", false) {
			count("fault_left_ran_late")
		}
		_ = proxywasm.ResumeHttpRequest()
	}, 60000))
	return types.ActionPause
}

func init() {
	add(map[string]operation{
		"call": {request: call},
		"leave": {request: leave, done: func(ctx wrapper.HttpContext, _ string) {
			ctx.SetContext("over", true)
			count("fault_left_done")
		}},
	})
}
