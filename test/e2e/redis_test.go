package e2e

import (
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const redisName = "outbound|6379||redis.dns"

// TestRedisQuota is the guide's fourth example against a real Redis.
func TestRedisQuota(t *testing.T) {
	port := startRedis(t)
	s := embedded().run(t, plugin(t, "redis-quota"), "--no-watch", "--cluster", redisName+"="+harness.Addr(port))

	freshMinute(t, port)
	var statuses []string
	for i := range 5 {
		got := send(t, s, http.MethodGet, "/get", "")
		statuses = append(statuses, strconv.Itoa(got.Status))
		checkQuotaHeaders(t, i, got)
	}
	if got := strings.Join(statuses, " "); got != "200 200 200 429 429" {
		t.Errorf("statuses are %s", got)
	}
}

// TestRedisAway shows the documented policy: without Redis requests go on.
func TestRedisAway(t *testing.T) {
	s := embedded().run(t, plugin(t, "redis-quota"), "--no-watch",
		"--cluster", redisName+"="+harness.Addr(harness.FreePort(t)))
	if got := send(t, s, http.MethodGet, "/get", ""); got.Status != 200 || got.Header.Get("Timestamp") != "" {
		t.Errorf("got %s, want 200 without the quota's headers", got)
	}
	s.WaitOutput("redis", 10*time.Second)
}

// TestRedisOnStockEnvoy shows that the reason is told before Envoy is started.
func TestRedisOnStockEnvoy(t *testing.T) {
	s := onEnvoy(harness.OneEnvoy(t)).start(t, plugin(t, "redis-quota"))
	if code := s.Wait(readyTimeout); code != 1 {
		t.Errorf("exit code is %d, want 1", code)
	}
	if !strings.Contains(s.Output(), "proxy_redis_init") {
		t.Errorf("the output does not name proxy_redis_init")
	}
}

func checkQuotaHeaders(t *testing.T, i int, r harness.Reply) {
	t.Helper()
	minute, err := strconv.ParseInt(r.Header.Get("Timestamp"), 10, 64)
	if err != nil || minute%60 != 0 || len(r.Header.Values("Timestamp")) != 1 {
		t.Errorf("request %d: timeStamp is %q", i, r.Header.Values("Timestamp"))
	}
	want := strconv.Itoa(max(0, 2-i))
	if got := r.Header.Values("Calltimeleft"); len(got) != 1 || got[0] != want {
		t.Errorf("request %d: callTimeLeft is %q, want %s", i, got, want)
	}
	if r.Status == 429 && string(r.Body) != "Too many requests\n" {
		t.Errorf("request %d: got %s", i, r)
	}
}

// freshMinute empties Redis, since the request that waited for the gateway has
// counted, and leaves at least a few seconds until the next minute.
func freshMinute(t *testing.T, port int) {
	t.Helper()
	if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < 5*time.Second {
		time.Sleep(left + 100*time.Millisecond)
	}
	conn, err := net.DialTimeout("tcp", harness.Addr(port), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("FLUSHALL\r\n")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 64)
	if n, err := conn.Read(answer); err != nil || string(answer[:n]) != "+OK\r\n" {
		t.Fatalf("FLUSHALL: %q, %v", answer[:n], err)
	}
}

// startRedis starts a real Redis on a free port.
func startRedis(t *testing.T) int {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "Redis", "apt-get install redis-server, or put redis-server on the PATH")
	}
	port := harness.FreePort(t)
	cmd := exec.Command(path, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	harness.Start(t, cmd).WaitOutput("Ready to accept connections", 20*time.Second)
	return port
}
