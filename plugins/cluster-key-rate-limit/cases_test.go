package main

import (
	"strconv"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
)

const redisCluster = "outbound|6379||redis.dns"

// counts answers the script as Redis does within one window.
func counts() func(command []string) any {
	var lock sync.Mutex
	n := map[string]int{}
	return func(command []string) any {
		lock.Lock()
		defer lock.Unlock()
		keys, _ := strconv.Atoi(command[2])
		answer := []any{1}
		for i := range keys {
			limit, _ := strconv.Atoi(command[3+keys+4*i+1])
			left := limit - n[command[3+i]] - 1
			if left < 0 {
				answer[0] = 0
			}
			answer = append(answer, left, 59_001)
		}
		for i := range keys {
			n[command[3+i]] += answer[0].(int)
		}
		return answer
	}
}

func before(gw *plugintest.Gateway) { gw.Redis(redisCluster).AnswerFunc(counts()) }

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{
		Name: "cluster-key-rate-limit", Rules: config.WholeRules,
		Around: plugintest.Plugin{Redis: []string{redisCluster}}, Before: before,
	})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin: plugintest.Plugin{Redis: []string{redisCluster}, Config: `{"rule_name":"edge","redis":{"service_name":"redis.dns"},
			"rule_items":[{"limit_by_header":"x-key","limit_keys":[{"key":"few","query_per_day":1},{"key":"many","query_per_day":1000}]}]}`},
		Before: func(gw *plugintest.Gateway) {
			before(gw)
			gw.Get("/", [2]string{"x-key", "few"}).WantStatus(200)
		},
		Allowed:  func(r *plugintest.Request) { edge.Set(r, "x-key", "many") },
		Refused:  func(r *plugintest.Request) { edge.Set(r, "x-key", "few") },
		Statuses: []int{429},
	})
}
