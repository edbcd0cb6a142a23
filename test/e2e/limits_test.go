package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// startLimits runs the bundle of testdata/limits with a Redis on two workers.
func startLimits(t *testing.T, e redisEngine, config string) *session {
	t.Helper()
	redis := startRedis(t)
	routes := write(t, "routes.yaml", "routes:\n- {name: one, path: /one, cluster: httpbin}\n- {name: two, path: /two, cluster: httpbin}\n"+
		"- {name: rest, prefix: /, cluster: httpbin}\n")
	return e.run(t, e.module(t, "test/e2e/testdata/limits"), "--config", write(t, "config.json", config), "--routes", routes,
		"--no-watch", "--workers", "2", "--cluster", "redis="+harness.Addr(redis.port))
}

// limitedStatus asks for a path; httpbin's own answers count as 200.
func limitedStatus(t *testing.T, s *session, path string, headers ...string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.url(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	status := harness.Do(t, req).Status
	if status == http.StatusNotFound {
		return http.StatusOK
	}
	return status
}

// Each consumer has the limit of its rule, over all workers; what a client says
// of itself doesn't count.
func TestLimitsByConsumer(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		s := startLimits(t, e, `{"auth":{},"rate":{"average":1000},"_rules_":[
			{"_match_consumer_":["vip"],"rate":{"average":10}},{"_match_consumer_":["member"],"rate":{"average":1}}]}`)
		for _, c := range []struct {
			headers []string
			passes  int
		}{
			{[]string{"x-key", "vip"}, 10},
			{[]string{"x-key", "member"}, 1},
			{[]string{"x-key", "member", "x-mse-consumer", "vip"}, 1},
			{[]string{"x-mse-consumer", "member"}, 15},
			{nil, 15},
		} {
			var passed, limited int
			for range 5 { // until all requests were within one second
				time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second + 5*time.Millisecond)))
				second := time.Now().Unix()
				passed, limited = 0, 0
				for range 15 {
					switch limitedStatus(t, s, "/x", c.headers...) {
					case http.StatusOK:
						passed++
					case http.StatusTooManyRequests:
						limited++
					}
				}
				if time.Now().Unix() == second {
					break
				}
			}
			if passed != c.passes || passed+limited != 15 {
				t.Errorf("%v: %d passed and %d were limited in a second, want %d and %d", c.headers, passed, limited, c.passes, 15-c.passes)
			}
		}
	})
}

// Two routes share the configuration that holds for both, and so its count.
func TestLimitAcrossRoutes(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		s := startLimits(t, e, `{"count":{"count":1,"window":60,"cluster":"redis"},"_rules_":[{"_match_route_":["rest"],"count":null}]}`)
		for i, want := range []int{200, 429} {
			if got := limitedStatus(t, s, []string{"/one", "/two"}[i]); got != want {
				t.Errorf("request %d: %d, want %d", i, got, want)
			}
		}
		if got := limitedStatus(t, s, "/three"); got != 200 {
			t.Errorf("a route without a limit: %d", got)
		}
	})
}

// Requests are counted by a header, and by the client's address where it is
// missing.
func TestLimitByHeader(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		s := startLimits(t, e, `{"_rules_":[{"_match_route_":["one"],"count":{"count":1,"window":60,"header":"User","cluster":"redis"}}]}`)
		for i, c := range []struct {
			user string
			want int
		}{{"a", 200}, {"a", 429}, {"b", 200}, {"b", 429}, {"", 200}, {"", 429}} {
			var headers []string
			if c.user != "" {
				headers = []string{"User", c.user}
			}
			if got := limitedStatus(t, s, "/one", headers...); got != c.want {
				t.Errorf("request %d, user %q: %d, want %d", i, c.user, got, c.want)
			}
		}
	})
}

// A counter in shared data is exact, whichever worker counts.
func TestCounterIsExact(t *testing.T) {
	const requests, clients = 10_000, 32
	eachRedis(t, func(t *testing.T, e redisEngine) {
		s := startLimits(t, e, `{"counter":{}}`)
		client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
		defer client.CloseIdleConnections()
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen, problems := map[string]int{}, map[string]int{}
		for range clients {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range requests / clients {
					body, err := getBody(client, s.url("/count"))
					mu.Lock()
					if err != nil {
						problems[err.Error()]++
					} else {
						seen[body]++
					}
					mu.Unlock()
				}
			}()
		}
		wg.Wait()
		const want = requests / clients * clients
		if len(problems) > 0 || len(seen) != want {
			t.Errorf("%d numbers of %d were given out; problems %v", len(seen), want, problems)
		}
		for number, times := range seen {
			if times > 1 {
				t.Errorf("%s was given out %d times", number, times)
			}
		}
		if body, err := getBody(client, s.url("/count")); err != nil || body != fmt.Sprint(want+1) {
			t.Errorf("the counter is at %q, %v, want %d", body, err, want+1)
		}
	})
}

func getBody(client *http.Client, url string) (string, error) {
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", resp.StatusCode)
	}
	return strings.TrimSpace(string(body)), err
}

// Upstream is told of one consumer, whatever the client says, and however often.
func TestUpstreamIsToldOneConsumer(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		s := startLimits(t, e, `{"auth":{}}`)
		for key, want := range map[string]string{"member": "[member]", "": "[]"} {
			req, err := http.NewRequest(http.MethodGet, s.url("/headers"), nil)
			if err != nil {
				t.Fatal(err)
			}
			if key != "" {
				req.Header.Set("x-key", key)
			}
			req.Header["X-Mse-Consumer"] = []string{"vip", "vip", "admin"}
			echo := harness.ParseEcho(t, harness.Do(t, req))
			if got := fmt.Sprint(echo.Headers["X-Mse-Consumer"]); got != want {
				t.Errorf("key %q: upstream was told of %s, want %s", key, got, want)
			}
		}
	})
}
