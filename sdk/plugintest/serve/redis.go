package serve

import (
	"bytes"
	"net"
	"strings"
	"time"

	"github.com/tidwall/resp"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// name is a cluster's name without parameters of a Redis.
func name(cluster string) string {
	n, _, _ := strings.Cut(cluster, "?")
	return n
}

// redis answers a plugin's Redis command, over a connection of its own.
func (p *proxy) redis(c plugintest.RedisCall) plugintest.RedisAnswer {
	failed := plugintest.RedisAnswer{Status: 1}
	conn, err := net.DialTimeout("tcp", p.s.Clusters[name(c.Cluster)], 5*time.Second)
	if err != nil {
		return failed
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	in := resp.NewReader(conn)
	for _, line := range append(p.greeting(c.Cluster), c.Query) {
		if _, err := conn.Write(line); err != nil {
			return failed
		}
		v, _, err := in.ReadValue()
		if err != nil {
			return failed
		}
		if failed.Body, err = v.MarshalRESP(); err != nil {
			return plugintest.RedisAnswer{Status: 1}
		}
	}
	return plugintest.RedisAnswer{Body: failed.Body}
}

// greeting is what a connection begins with: AUTH and SELECT.
func (p *proxy) greeting(cluster string) (lines [][]byte) {
	for target, c := range p.plugin.RedisClients() {
		if name(target) != name(cluster) {
			continue
		}
		switch {
		case c.Password != "" && c.Username != "":
			lines = append(lines, command("AUTH", c.Username, c.Password))
		case c.Password != "":
			lines = append(lines, command("AUTH", c.Password))
		}
		_, parameters, _ := strings.Cut(target, "?")
		for _, parameter := range strings.Split(parameters, "&") {
			if db, ok := strings.CutPrefix(parameter, "db="); ok {
				lines = append(lines, command("SELECT", db))
			}
		}
	}
	return lines
}

func command(words ...string) []byte {
	list := make([]resp.Value, len(words))
	for i, w := range words {
		list[i] = resp.StringValue(w)
	}
	var b bytes.Buffer
	_ = resp.NewWriter(&b).WriteArray(list) // a buffer takes everything
	return b.Bytes()
}
