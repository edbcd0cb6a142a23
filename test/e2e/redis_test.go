package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const redisName = "outbound|6379||redis.dns"

// redisEngine is an engine and the module of a plugin for it.
type redisEngine struct {
	engine
	name   string
	target string // what "sluice build" is told, "" for nothing
}

// redisEngines are the three ways to Redis: calls of the host, the bridge of
// Envoy, and the same module as for Envoy where the host has calls of its own.
func redisEngines(t *testing.T) []redisEngine {
	return []redisEngine{
		{embedded(), "embedded", ""},
		{embedded(), "embedded-bridge", "envoy"},
		{onEnvoy(harness.OneEnvoy(t)), "envoy", "envoy"},
	}
}

// eachRedis runs test on each of them.
func eachRedis(t *testing.T, test func(t *testing.T, e redisEngine)) {
	for _, e := range redisEngines(t) {
		t.Run(e.name, func(t *testing.T) { test(t, e) })
	}
}

// redisModules remembers what was built, by directory and target.
var redisModules sync.Map

// module builds the plugin in dir, relative to the repository's root, with
// "sluice build".
func (e redisEngine) module(t *testing.T, dir string) string {
	t.Helper()
	build, _ := redisModules.LoadOrStore(dir+" "+e.target, sync.OnceValues(func() (string, error) {
		file := filepath.Join(filepath.Dir(sluice(t).Path), strings.ReplaceAll(dir, "/", "-")+e.target+".wasm")
		args := []string{"build", filepath.Join(harness.Root(t), dir), "-o", file}
		if e.target != "" {
			args = append(args, "--target", e.target)
		}
		out, err := sluice(t, args...).CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
		return file, nil
	}))
	file, err := build.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// quota runs the guide's fourth example with a Redis.
func (e redisEngine) quota(t *testing.T, port, qpm int, more string) *session {
	t.Helper()
	config := write(t, "config.yaml", fmt.Sprintf("serviceName: redis.dns\nqpm: %d\n%s\n", qpm, more))
	return e.run(t, e.module(t, "plugins/redis-quota"), "--config", config, "--no-watch", "--cluster", redisName+"="+harness.Addr(port))
}

// TestRedisQuota is the guide's fourth example against a real Redis, and what
// becomes of requests when that is not what it should be.
func TestRedisQuota(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		redis := startRedis(t)
		s := e.quota(t, redis.port, 3, "")
		checkQuota(t, s, redis.port)
		t.Run("stopped", func(t *testing.T) {
			redis.Stop()
			goesOn(t, s, "stopped")
			s.WaitOutput("call redis", 10*time.Second)
		})
		redis = restartRedis(t, redis.port)
		t.Run("started again", func(t *testing.T) {
			s.WaitHTTP(s.url("/get"), 20*time.Second, func(r harness.Reply) bool { return r.Header.Get("Timestamp") != "" })
			checkStatuses(t, s, redis.port, "started again")
		})
		t.Run("frozen", func(t *testing.T) {
			redis.Signal(syscall.SIGSTOP)
			goesOn(t, s, "frozen")
			redis.Signal(syscall.SIGCONT)
			s.WaitHTTP(s.url("/get"), 20*time.Second, func(r harness.Reply) bool { return r.Header.Get("Timestamp") != "" })
			checkQuota(t, s, redis.port)
		})
		t.Run("asking for another password", func(t *testing.T) {
			redisDo(t, redis.port, "CONFIG SET requirepass secret", "CLIENT KILL TYPE normal SKIPME yes")
			s.WaitHTTP(s.url("/get"), 20*time.Second, func(r harness.Reply) bool { return r.Header.Get("Timestamp") == "" })
			goesOn(t, s, "asking for another password")
		})
	})
}

// TestRedisQuotaPassword is the same with a password that Redis takes, and with
// one that it does not.
func TestRedisQuotaPassword(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		redis := startRedis(t, "--requirepass", "right")
		t.Run("right", func(t *testing.T) {
			s := e.quota(t, redis.port, 3, "password: right")
			checkQuota(t, s, redis.port, "AUTH right")
		})
		t.Run("wrong", func(t *testing.T) {
			s := e.quota(t, redis.port, 3, "password: wrong")
			goesOn(t, s, "asking for another password")
			if e.target != "" { // hosts with Redis calls give no reason
				s.WaitOutput("WRONGPASS", 10*time.Second)
			}
			if strings.Contains(s.Output(), "wrong\n") {
				t.Error("the log shows the password")
			}
		})
	})
}

// TestRedisOnEveryEnvoy shows that the same module runs on every release.
func TestRedisOnEveryEnvoy(t *testing.T) {
	for _, envoy := range harness.Envoys(t) {
		t.Run(envoy.Version, func(t *testing.T) {
			redis := startRedis(t)
			e := redisEngine{onEnvoy(envoy), "envoy", "envoy"}
			checkQuota(t, e.quota(t, redis.port, 3, ""), redis.port)
		})
	}
}

// TestRedisModuleOfHigress shows that the reason, and what to do, is told before
// Envoy is started.
func TestRedisModuleOfHigress(t *testing.T) {
	file := redisEngine{}.module(t, "plugins/redis-quota")
	s := onEnvoy(harness.OneEnvoy(t)).start(t, file)
	if code := s.Wait(readyTimeout); code != 1 {
		t.Errorf("exit code is %d, want 1", code)
	}
	for _, want := range []string{"proxy_redis_init", "sluice build --target envoy"} {
		if !strings.Contains(s.Output(), want) {
			t.Errorf("the output does not name %s", want)
		}
	}
}

// checkQuota sends five requests in one minute, of which three pass.
func checkQuota(t *testing.T, s *session, port int, login ...string) {
	t.Helper()
	checkStatuses(t, s, port, "there", login...)
}

func checkStatuses(t *testing.T, s *session, port int, row string, login ...string) {
	t.Helper()
	freshMinute(t, port, login...)
	var statuses []string
	for i := range 5 {
		got := send(t, s, http.MethodGet, "/get", "")
		statuses = append(statuses, strconv.Itoa(got.Status))
		checkQuotaHeaders(t, i, got)
	}
	if got, want := strings.Join(statuses, " "), quotaPage(t, row); got != want {
		t.Errorf("statuses are %s, the plugin's page says %s", got, want)
	}
}

// quotaPage is what the plugin's page says of five requests with a Redis that is
// like that.
func quotaPage(t *testing.T, row string) string {
	t.Helper()
	_, rest, found := strings.Cut(harness.ReadFile(t, "plugins/redis-quota/README.md"), "\n| "+row+" | `")
	statuses, _, closed := strings.Cut(rest, "` |\n")
	if !found || !closed {
		t.Fatalf("the plugin's page has no row %q", row)
	}
	return statuses
}

// goesOn checks the plugin's policy: requests go on, none later than its timeout,
// and without the quota's headers.
func goesOn(t *testing.T, s *session, row string) {
	t.Helper()
	var statuses []string
	for range 5 {
		begin := time.Now()
		got := send(t, s, http.MethodGet, "/get", "")
		if statuses = append(statuses, strconv.Itoa(got.Status)); got.Header.Get("Timestamp") != "" {
			t.Errorf("got %s with the quota's headers", got)
		}
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("it took %s", took)
		}
	}
	if got, want := strings.Join(statuses, " "), quotaPage(t, row); got != want {
		t.Errorf("statuses are %s, the plugin's page says %s", got, want)
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
func freshMinute(t *testing.T, port int, login ...string) {
	t.Helper()
	if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < 5*time.Second {
		time.Sleep(left + 100*time.Millisecond)
	}
	redisDo(t, port, append(login, "FLUSHALL")...)
}

// redisDo sends commands as lines over a connection of its own and returns the
// last answer's first line, or the text that it announces.
func redisDo(t *testing.T, port int, commands ...string) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", harness.Addr(port), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	r, answer := bufio.NewReader(conn), ""
	for _, command := range commands {
		if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
			t.Fatal(err)
		}
		answer, err = r.ReadString('\n')
		if err != nil || strings.HasPrefix(answer, "-") {
			t.Fatalf("%s: %q, %v", command, answer, err)
		}
		if n, ok := strings.CutPrefix(strings.TrimSpace(answer), "$"); ok {
			size, _ := strconv.Atoi(n)
			text := make([]byte, size+2)
			for read := 0; read < len(text); {
				m, err := r.Read(text[read:])
				if err != nil {
					t.Fatal(err)
				}
				read += m
			}
			answer = string(text)
		}
	}
	return answer
}

// connections is how many connections Redis has taken so far, this one included.
func connections(t *testing.T, port int) int {
	t.Helper()
	_, rest, _ := strings.Cut(redisDo(t, port, "INFO stats"), "total_connections_received:")
	n, err := strconv.Atoi(strings.TrimSpace(rest[:strings.Index(rest, "\n")]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// redisServer is a real Redis.
type redisServer struct {
	*harness.Process
	port int
}

// startRedis starts a Redis on a free port.
func startRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	return restartRedis(t, harness.FreePort(t), args...)
}

func restartRedis(t *testing.T, port int, args ...string) *redisServer {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "Redis", "apt-get install redis-server, or put redis-server on the PATH")
	}
	args = append([]string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(),
		"--maxclients", "2000"}, args...)
	p := harness.Start(t, exec.Command(path, args...))
	p.WaitOutput("Ready to accept connections", 20*time.Second)
	return &redisServer{p, port}
}
