// Command startcall calls a service and a Redis server while it is configured, and
// fails if it can't: a plugin whose start needs others. It shows its secret where the
// configuration says so.
package main

import (
	"errors"
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("startcall", wrapper.ParseConfig(parse))
}

// config is what the plugin is told.
type config struct{}

func parse(json gjson.Result, _ *config) error {
	if json.Get("loop").Bool() {
		for { //nolint:staticcheck // a plugin that hangs
		}
	}
	if json.Get("eat").Bool() {
		var all [][]byte
		for {
			all = append(all, make([]byte, 16<<20))
			all[len(all)-1][0] = 1
		}
	}
	if token := json.Get("token").String(); token != "" && token != "right-token" {
		return errors.New("no such token: " + token)
	}
	client := wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "keys.example", Port: 80})
	err := client.Get("/keys", nil, func(int, http.Header, []byte) {}, 1000)
	if err != nil {
		return err
	}
	redis := wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "redis.example", Port: 6379})
	return redis.Init("", "", 1000)
}
