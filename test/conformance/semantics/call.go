package main

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// service is what the plugin calls.
const service = "outbound|80||svc.static"

// target is a cluster whose client is made from the request's headers: x-host is
// the cluster's host name, x-url the URL.
func target() (client wrapper.HttpClient, url string) {
	host, _ := proxywasm.GetHttpRequestHeader("x-host")
	if url, _ = proxywasm.GetHttpRequestHeader("x-url"); url == "" {
		url = "/check"
	}
	if host == "fqdn" {
		return wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "svc.static", Port: 80}), url
	}
	return wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: service, Host: host}), url
}

// call calls the service, shows what it answers, and lets the request go on,
// unless do says otherwise.
func call(do string) types.Action {
	client, url := target()
	timeout := []uint32{10_000}
	if do == "call impatiently" {
		timeout = nil // the default
	}
	headers := [][2]string{{":path", "/never"}, {":authority", "never"}, {"x-own", "1"}}
	err := client.Get(url, headers, func(status int, _ [][2]string, body []byte) {
		log.Infof("answered %d", status)
		switch do {
		case "call and panic":
			panic("asked to")
		case "call and lose":
			return
		}
		add("x-answer", strconv.Itoa(status)+":"+string(body))
		must(proxywasm.ResumeHttpRequest())
	}, timeout...)
	if err != nil {
		add("x-answer", "none")
		return types.HeaderContinue
	}
	if do == "call and pause" {
		return types.ActionPause
	}
	return types.HeaderStopAllIterationAndWatermark
}
