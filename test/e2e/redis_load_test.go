package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestRedisQuotaLoad sends 10,000 requests over many connections to two workers:
// the quota is kept to the request in each minute, and connections to Redis are
// shared.
func TestRedisQuotaLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 10,000 requests; run without -short")
	}
	const requests, qpm = 10_000, 2_000
	clients := 128
	if n, err := strconv.Atoi(os.Getenv("REDIS_CLIENTS")); err == nil {
		clients = n
	}
	eachRedis(t, func(t *testing.T, e redisEngine) {
		redis := startRedis(t)
		config := write(t, "config.yaml", fmt.Sprintf("serviceName: redis.dns\nqpm: %d\n", qpm))
		s := e.run(t, e.module(t, "plugins/redis-quota"), "--config", config, "--no-watch", "--workers", "2",
			"--log-level", "error", "--cluster", redisName+"=127.0.0.1:"+strconv.Itoa(redis.port))
		freshMinute(t, redis.port)
		before := connections(t, redis.port)
		r := flood(s.url("/get"), requests, clients)
		made := connections(t, redis.port) - before - 1
		t.Logf("%d requests of %d clients in %s (%.0f a second), half within %s, 99%% within %s, at most %s; %d connections to Redis (%.2f a request)",
			requests, clients, r.took.Round(time.Millisecond), requests/r.took.Seconds(), r.within(0.5), r.within(0.99), r.within(1), made, float64(made)/requests)
		if len(r.wrong) > 0 || r.without > 0 {
			t.Errorf("%d wrong answers: %q; %d without the quota's headers", len(r.wrong), r.wrong[:min(len(r.wrong), 3)], r.without)
		}
		total := 0
		for minute, n := range r.minutes {
			if want := min(qpm, n.passed+n.refused); n.passed != want {
				t.Errorf("minute %s: %d of %d requests passed, want %d", minute, n.passed, n.passed+n.refused, want)
			}
			total += n.passed + n.refused
		}
		if total != requests {
			t.Errorf("%d answers with the quota's headers, want %d", total, requests)
		}
		if e.target != "" && clients > 16 && made > requests/2 {
			t.Errorf("%d connections for %d commands", made, requests)
		}
	})
}

// TestRedisFlaps stops, freezes and restarts Redis under load: every request gets
// an answer, soon, and counting goes on when Redis does.
func TestRedisFlaps(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute; run without -short")
	}
	eachRedis(t, func(t *testing.T, e redisEngine) {
		redis := startRedis(t)
		s := e.quota(t, redis.port, 1_000_000, "")
		results := make(chan *flooded)
		stop := make(chan struct{})
		go func() { results <- floodUntil(s.url("/get"), 1_000_000, 64, stop) }()
		for range 2 {
			time.Sleep(500 * time.Millisecond)
			redis.Signal(syscall.SIGSTOP)
			time.Sleep(1500 * time.Millisecond)
			redis.Signal(syscall.SIGCONT)
			time.Sleep(500 * time.Millisecond)
			redis.Signal(syscall.SIGKILL)
			<-redis.Done()
			time.Sleep(500 * time.Millisecond)
			redis = restartRedis(t, redis.port)
		}
		s.WaitHTTP(s.url("/get"), 10*time.Second, func(r harness.Reply) bool { return r.Header.Get("Timestamp") != "" })
		close(stop)
		r := <-results
		counted := 0
		for _, n := range r.minutes {
			counted += n.passed + n.refused
		}
		t.Logf("%d requests were counted and %d went on without, at most %s each", counted, r.without, r.within(1))
		if len(r.wrong) > 0 {
			t.Errorf("%d wrong answers: %q", len(r.wrong), r.wrong[:min(len(r.wrong), 3)])
		}
		if counted == 0 || r.without == 0 {
			t.Error("Redis was never there, or never away")
		}
		if longest := r.within(1); longest > 5*time.Second {
			t.Errorf("a request took %s", longest)
		}
	})
}

// flooded is what many requests came to.
type flooded struct {
	took    time.Duration
	times   []time.Duration // sorted
	minutes map[string]*counted
	without int // 200 without the quota's headers: the policy where Redis gives no answer
	wrong   []string
}

type counted struct{ passed, refused int }

func (f *flooded) within(part float64) time.Duration {
	i := min(int(part*float64(len(f.times))), len(f.times)-1)
	return f.times[i].Round(100 * time.Microsecond)
}

// flood sends requests over as many connections as there are clients.
func flood(url string, requests, clients int) *flooded {
	return floodUntil(url, requests, clients, nil)
}

// floodUntil is flood that may be stopped.
func floodUntil(url string, requests, clients int, stop chan struct{}) *flooded {
	f := &flooded{minutes: map[string]*counted{}}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var next atomic.Int64
	begin := time.Now()
	for range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for next.Add(1) <= int64(requests) {
				select {
				case <-stop:
					return
				default:
				}
				sent := time.Now()
				res, err := client.Get(url)
				took := time.Since(sent)
				mu.Lock()
				f.count(res, err, took)
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	f.took = time.Since(begin)
	slices.Sort(f.times)
	return f
}

func (f *flooded) count(res *http.Response, err error, took time.Duration) {
	f.times = append(f.times, took)
	if err != nil {
		f.wrong = append(f.wrong, err.Error())
		return
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	minute := res.Header.Get("Timestamp")
	if minute == "" && res.StatusCode == http.StatusOK {
		f.without++
		return
	}
	n := f.minutes[minute]
	if n == nil {
		n = new(counted)
		f.minutes[minute] = n
	}
	switch res.StatusCode {
	case http.StatusOK:
		n.passed++
	case http.StatusTooManyRequests:
		n.refused++
	default:
		f.wrong = append(f.wrong, res.Status)
	}
}
