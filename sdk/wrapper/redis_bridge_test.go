package wrapper

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// bridgeFake is a host that notes HTTP calls, for tests to answer.
type bridgeFake struct {
	*fake
	guest   redisGuest
	calls   []bridgeCall
	status  abi.Status // of the next calls
	ticks   []uint32
	resumed int
	acting  uint32 // the context that the host was told last
}

func (f *bridgeFake) SetEffectiveContext(id uint32) abi.Status {
	f.acting = id
	return abi.StatusOK
}

type bridgeCall struct {
	token   uint32
	headers [][2]string
	body    string
	timeout uint32
}

func (f *bridgeFake) HTTPCall(cluster string, headers [][2]string, body []byte, _ [][2]string, timeout uint32) (uint32, abi.Status) {
	if f.status != abi.StatusOK {
		return 0, f.status
	}
	if cluster != "sluice-redis" {
		f.t.Errorf("a call to %s", cluster)
	}
	f.token++
	f.calls = append(f.calls, bridgeCall{f.token, headers, string(body), timeout})
	return f.token, abi.StatusOK
}

func (f *bridgeFake) SetTickPeriod(ms uint32) abi.Status {
	f.ticks = append(f.ticks, ms)
	return abi.StatusOK
}

func (f *bridgeFake) ContinueStream(abi.StreamType) abi.Status {
	f.resumed++
	return abi.StatusOK
}

// startBridge starts a plugin that runs on for each request, with a client over
// the bridge.
func startBridge(t testing.TB, on func(c RedisClient), options ...optionFunc) *bridgeFake {
	t.Helper()
	return startBridgeAs(t, "", "", 250, on, options...)
}

func startBridgeAs(t testing.TB, user, password string, timeout int64, on func(c RedisClient), options ...optionFunc) *bridgeFake {
	t.Helper()
	c := &RedisClusterClient[FQDNCluster]{redisCore[RedisResponseCallback]{cluster: redisCluster, transport: new(bridgeRedis)}}
	f := &bridgeFake{}
	f.fake = startFake(t, "",
		PrePluginStartOrReload[settings](func(PluginContext) error { return c.Init(user, password, timeout, options...) }),
		ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			on(c)
			return types.HeaderStopAllIterationAndWatermark
		}))
	abi.SetHost(f)
	f.guest = redisGuest{f.vm, bridgeOf()}
	return f
}

// request runs one request's headers.
func (f *bridgeFake) request() (id uint32) {
	id = f.next
	f.next++
	f.guest.OnContextCreate(id, 1)
	f.guest.OnRequestHeaders(id, 0, true)
	return id
}

// answer answers the call that was made as number i, counting from 0.
func (f *bridgeFake) answer(i int, body string) { f.answerAs(i, "200", body) }

func (f *bridgeFake) answerAs(i int, status, body string) {
	f.headers, f.body = [][2]string{{":status", status}}, []byte(body)
	f.guest.OnHTTPCallResponse(1, f.calls[i].token, 1, int32(len(body)), 0)
}

// breakOff ends a call without an answer.
func (f *bridgeFake) breakOff(i int) { f.guest.OnHTTPCallResponse(1, f.calls[i].token, 0, 0, 0) }

// got collects what callbacks get.
type got []string

func (g *got) take(v RedisValue) {
	if err := v.Error(); err != nil {
		for _, reason := range redisReasons {
			if errors.Is(err, reason) {
				*g = append(*g, "! "+reason.Error())
				return
			}
		}
		*g = append(*g, "- "+err.Error())
		return
	}
	*g = append(*g, v.String())
}

func (g *got) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*g, want) {
		t.Errorf("callbacks got %q, want %q", *g, want)
	}
}

const quit = "*1\r\n$4\r\nQUIT\r\n"

func query(words ...string) string { return string(respQuery(withStrings(nil, words))) }

func (f *bridgeFake) wantCalls(n int) {
	f.t.Helper()
	if len(f.calls) != n {
		f.t.Fatalf("%d calls, want %d", len(f.calls), n)
	}
}

// A VM's first command goes at once, so that the host can say what is wrong. All
// commands of one callback share a call, and so do those of their callbacks.
func TestBridgeShares(t *testing.T) {
	var g got
	f := startBridge(t, func(c RedisClient) {
		for _, key := range []string{"a", "b", "c"} {
			if err := c.Incr(key, func(v RedisValue) {
				g.take(v)
				if err := c.Del(key, nil); err != nil {
					t.Error(err)
				}
			}); err != nil {
				t.Error(err)
			}
		}
	})
	f.request()
	f.wantCalls(2)
	if f.calls[0].body != query("incr", "a")+quit || f.calls[1].body != query("incr", "b")+query("incr", "c")+quit {
		t.Errorf("sent %q", f.calls)
	}
	if want := [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "sluice-redis"}, {"x-sluice-redis-cluster", redisName}}; !slices.Equal(f.calls[0].headers, want) || f.calls[0].timeout > 250 || f.calls[0].timeout < 100 {
		t.Errorf("headers %q, timeout %d", f.calls[0].headers, f.calls[0].timeout)
	}
	f.answer(1, ":2\r\n:3\r\n+OK\r\n")
	f.wantCalls(3)
	if f.calls[2].body != query("del", "b")+query("del", "c")+quit {
		t.Errorf("sent %q", f.calls[2].body)
	}
	f.answer(0, ":1\r\n+OK\r\n")
	g.want(t, "2", "3", "1")
	f.answer(2, ":1\r\n:1\r\n+OK\r\n")
	f.request()
	f.wantCalls(5)
	if want := query("incr", "a") + query("incr", "b") + query("incr", "c") + quit; f.calls[4].body != want {
		t.Errorf("sent %q, want %q", f.calls[4].body, want)
	}
}

// More calls than allowed are not made: what comes meanwhile goes together.
func TestBridgeBatches(t *testing.T) {
	var g got
	f := startBridge(t, func(c RedisClient) { c.Incr("k", g.take) })
	for range maxPosts + 300 {
		f.request()
	}
	f.wantCalls(maxPosts)
	f.answer(0, ":1\r\n+OK\r\n")
	f.wantCalls(maxPosts + 1)
	if want := strings.Repeat(query("incr", "k"), maxBatch) + quit; f.calls[maxPosts].body != want {
		t.Errorf("the batch has %d bytes, want %d", len(f.calls[maxPosts].body), len(want))
	}
	f.answer(1, ":2\r\n+OK\r\n")
	if want := strings.Repeat(query("incr", "k"), 300-maxBatch) + quit; f.calls[maxPosts+1].body != want {
		t.Errorf("the second batch has %d bytes, want %d", len(f.calls[maxPosts+1].body), len(want))
	}
	answers := ""
	for i := range maxBatch {
		answers += fmt.Sprintf(":%d\r\n", 1000+i)
	}
	f.answer(maxPosts, answers+"+OK\r\n")
	if len(g) != 2+maxBatch || g[0] != "1" || g[2] != "1000" || g[1+maxBatch] != fmt.Sprint(999+maxBatch) {
		t.Errorf("%d answers: %q…", len(g), g[:min(len(g), 5)])
	}
}

// A large command goes alone, and nothing else grows beyond the bound.
func TestBridgeBatchBytes(t *testing.T) {
	f := startBridge(t, func(c RedisClient) { c.Set("k", strings.Repeat("x", maxBatchBytes/2), nil) })
	for range maxPosts + 3 {
		f.request()
	}
	f.answer(0, "+OK\r\n+OK\r\n")
	if n := len(f.calls[maxPosts].body); n > maxBatchBytes {
		t.Errorf("a call of %d bytes", n)
	}
}

// Until Redis has taken the login, nothing else is sent.
func TestBridgeLogin(t *testing.T) {
	var g got
	f := startBridgeAs(t, "me", "p w\r\n", 250, func(c RedisClient) { c.Get("k", g.take) }, WithDataBase(3))
	f.request()
	f.request()
	f.wantCalls(1)
	login := query("AUTH", "me", "p w\r\n") + query("SELECT", "3")
	if f.calls[0].body != login+quit {
		t.Errorf("sent %q", f.calls[0].body)
	}
	f.answer(0, "+OK\r\n+OK\r\n+OK\r\n")
	f.wantCalls(2)
	if want := login + query("get", "k") + query("get", "k") + quit; f.calls[1].body != want {
		t.Errorf("sent %q, want %q", f.calls[1].body, want)
	}
	f.answer(1, "+OK\r\n+OK\r\n$1\r\nx\r\n$-1\r\n+OK\r\n")
	g.want(t, "x", "")
}

func TestBridgeLoginRefused(t *testing.T) {
	var g got
	f := startBridgeAs(t, "", "p", 250, func(c RedisClient) { c.Set("k", "v", g.take) }, WithDataBase(99))
	f.request()
	f.request()
	f.answer(0, "-WRONGPASS invalid username-password pair or user is disabled.\r\n-NOAUTH Authentication required.\r\n+OK\r\n")
	f.wantCalls(1)
	g.want(t, "! "+ErrRedisLogin.Error(), "! "+ErrRedisLogin.Error())
	f.request() // asks again
	f.wantCalls(2)
	f.answer(1, "+OK\r\n-ERR DB index is out of range\r\n+OK\r\n")
	f.wantCalls(2)
	g.want(t, "! "+ErrRedisLogin.Error(), "! "+ErrRedisLogin.Error(), "- ERR DB index is out of range")
	f.request()
	f.answer(2, "+OK\r\n+OK\r\n+OK\r\n")
	f.answer(3, "-WRONGPASS x\r\n-NOAUTH x\r\n-NOAUTH x\r\n+OK\r\n") // the password was changed
	if g[len(g)-1] != "! "+ErrRedisLogin.Error() {
		t.Errorf("callbacks got %q", g)
	}
	f.request()
	if last := f.calls[len(f.calls)-1].body; strings.Contains(last, "set") {
		t.Errorf("sent %q without a login", last)
	}
	f.breakOff(4)
	if g[len(g)-1] != "! "+ErrRedisReset.Error() {
		t.Errorf("callbacks got %q", g)
	}
}

// Everything that can become of a call with three commands.
func TestBridgeOutcomes(t *testing.T) {
	const reset, protocol = "the connection to redis was lost before the answer was there", "cannot read redis response"
	for _, c := range []struct{ status, body, want string }{
		{"200", ":1\r\n$2\r\nhi\r\n*1\r\n:3\r\n+OK\r\n", "1,hi,"},
		{"200", ":1\r\n-ERR no\r\n+x\r\n+OK\r\n", "1,- ERR no,x"},
		{"200", ":1\r\n:2\r\n:3\r\n", "1,2,3"}, // all but QUIT was answered
		{"200", ":1\r\n", "1,! " + reset + ",! " + reset},
		{"200", ":1\r\n$5\r\nab", "1,! " + reset + ",! " + reset},
		{"200", "", "! " + reset + ",! " + reset + ",! " + reset},
		{"200", ":1\r\n$536870912\r\nabc", "1,! " + reset + ",! " + reset},
		{"200", ":1\r\nHTTP/1.1 400\r\n", "1,! " + protocol + ",! " + protocol},
		{"200", strings.Repeat("*1\r\n", 100) + ":1\r\n", "! " + protocol + ",! " + protocol + ",! " + protocol},
		{"200", "*2147483647\r\n:1\r\n", "! " + reset + ",! " + reset + ",! " + reset},
		{"200", ":1\r\n:2\r\n:3\r\n:4\r\n+OK\r\n", "! " + protocol + ",! " + protocol + ",! " + protocol},
		{"200", "-MOVED 1 a:1\r\n-NOAUTH x\r\n-ASK 1 b:1\r\n+OK\r\n", "! " + ErrRedisMoved.Error() + ",! " + ErrRedisLogin.Error() + ",! " + ErrRedisMoved.Error()},
	} {
		var g got
		f := startBridge(t, func(c RedisClient) {
			c.Get("a", g.take)
			c.Get("b", g.take)
			c.Get("c", g.take)
		})
		f.request()
		f.answer(0, ":0\r\n+OK\r\n")
		f.answer(1, ":0\r\n:0\r\n+OK\r\n")
		g = nil
		f.request()
		f.answerAs(2, c.status, c.body)
		if s := strings.Join(g, ","); s != c.want {
			t.Errorf("%q: callbacks got %s, want %s", c.body, s, c.want)
		}
		f.wantCalls(3)
	}
}

// What gateways say in place of Redis, and whether the command may have run.
func TestBridgeRefusals(t *testing.T) {
	for _, c := range []struct {
		status, text string
		reason       error
		sent         bool
	}{
		{"504", "upstream request timeout", ErrRedisTimeout, true},
		{"503", "sluice-redis UF upstream_reset_before_response_started{remote_connection_failure}", ErrRedisRefused, false},
		{"503", "sluice-redis UH no_healthy_upstream", ErrRedisRefused, false},
		{"503", "sluice-redis NC cluster_not_found", ErrRedisCluster, false},
		{"503", "sluice-redis UC upstream_reset_before_response_started{connection_termination}", ErrRedisReset, true},
		{"504", "sluice-redis UT response_timeout", ErrRedisTimeout, true},
		{"503", "no healthy upstream", ErrRedisBridge, false},
		{"503", "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure", ErrRedisBridge, false},
		{"503", "upstream connect error or disconnect/reset before headers. reset reason: connection termination", ErrRedisReset, true},
		{"404", "<html>" + strings.Repeat("x", 1000), ErrRedisBridge, false},
		{"", "", ErrRedisReset, true},
	} {
		var failed error
		var text error
		f := startBridge(t, func(c RedisClient) {
			WatchRedis(c.(*RedisClusterClient[FQDNCluster]), func(err error) { failed = err })
			c.Get("k", func(v RedisValue) { text = v.Error() })
		})
		f.request()
		if c.status == "" {
			f.breakOff(0)
		} else {
			f.answerAs(0, c.status, c.text)
		}
		failure := new(RedisFailure)
		if !errors.As(failed, &failure) || !errors.Is(failed, c.reason) || failure.Sent != c.sent || len(failed.Error()) > 500 {
			t.Errorf("%s %q: %v, sent %v", c.status, c.text, failed, failure.Sent)
		}
		again := new(RedisFailure)
		if !errors.As(text, &again) || *again != *failure || text.Error() != failed.Error() {
			t.Errorf("the callback got %+v of %+v", again, failure)
		}
		f.wantCalls(1)
	}
}

// The time of a command runs from when it was issued, in line or sent.
func TestBridgeTimeouts(t *testing.T) {
	var failures []*RedisFailure
	f := startBridgeAs(t, "", "", 20, func(c RedisClient) {
		transport := c.(*RedisClusterClient[FQDNCluster]).transport
		transport.send(redisName, []byte(query("get", "k")), func(_ RedisValue, err error) {
			failure := new(RedisFailure)
			errors.As(err, &failure)
			failures = append(failures, failure)
		})
	})
	for range maxPosts + 2 {
		f.request()
	}
	time.Sleep(25 * time.Millisecond)
	f.breakOff(0)
	if len(failures) != 3 {
		t.Fatalf("%d failures, want those of one that was sent and two that were not", len(failures))
	}
	for i, want := range []bool{true, false, false} {
		if failures[i].Reason != ErrRedisTimeout || failures[i].Sent != want {
			t.Errorf("failure %d: %v, sent %v", i, failures[i], failures[i].Sent)
		}
	}
	f.wantCalls(maxPosts)
	f.request()
	time.Sleep(10 * time.Millisecond)
	f.request() // waits for a call to end, and has less time by then
	f.breakOff(1)
	if n := len(f.calls); n < maxPosts+1 || f.calls[n-1].timeout > 20 || f.calls[n-1].timeout == 0 {
		t.Errorf("calls %+v", f.calls)
	}
}

// A stream that is gone gets no callback; the others get theirs.
func TestBridgeStreamEnds(t *testing.T) {
	answers := map[uint32]string{}
	f := startBridge(t, func(c RedisClient) {
		id := current().id
		c.Get("k", func(v RedisValue) {
			answers[id] = v.String()
			if proxywasm.ResumeHttpRequest() != nil || current().id != id {
				t.Error("the callback acts on another stream")
			}
		})
	})
	for range maxPosts {
		f.request()
	}
	first := f.request()
	second := f.request()
	f.guest.OnLog(first)
	f.guest.OnDone(first)
	f.guest.OnDelete(first)
	f.answer(0, "+x\r\n+OK\r\n")
	if want := query("get", "k") + query("get", "k") + quit; f.calls[maxPosts].body != want {
		t.Errorf("sent %q: what was issued is sent", f.calls[maxPosts].body)
	}
	f.answer(maxPosts, "+first\r\n+second\r\n+OK\r\n")
	if _, ran := answers[first]; ran || answers[second] != "second" || len(answers) != 2 || f.resumed != 2 {
		t.Errorf("answers %v, %d resumed", answers, f.resumed)
	}
}

// A panic in a callback is that of its stream alone.
func TestBridgePanic(t *testing.T) {
	n := 0
	f := startBridge(t, func(c RedisClient) {
		c.Get("k", func(v RedisValue) {
			if n++; v.String() == "bad" {
				panic("x")
			}
			proxywasm.ResumeHttpRequest()
		})
	})
	for range maxPosts + 3 {
		f.request()
	}
	f.answer(0, "+x\r\n+OK\r\n")
	f.total()
	f.answer(maxPosts, "+y\r\n+bad\r\n+z\r\n+OK\r\n")
	if f.fake.calls["local_response"] != 1 || n != 4 || f.resumed != 3 {
		t.Errorf("%d callbacks, %d resumed, calls %v", n, f.resumed, f.fake.calls)
	}
}

// A gateway without the bridge says so at once.
func TestBridgeIsMissing(t *testing.T) {
	var err error
	ran := false
	f := startBridge(t, func(c RedisClient) { err = c.Get("k", func(RedisValue) { ran = true }) })
	for status, want := range map[abi.Status]string{abi.StatusBadArgument: "there is no such cluster", abi.StatusInternalFailure: "internal failure"} {
		f.status = status
		f.request()
		failure := new(RedisFailure)
		if !errors.Is(err, ErrRedisBridge) || !errors.As(err, &failure) || failure.Sent || !strings.Contains(err.Error(), want) || ran {
			t.Errorf("status %v: %v", status, err)
		}
	}
	f.status = abi.StatusOK
	if f.request(); err != nil || len(f.calls) != 1 {
		t.Errorf("once it is there: %v, %d calls", err, len(f.calls))
	}
}

// A call that the host refuses later fails its commands where a stream can be
// resumed: at a tick, not inside the callback that issued them.
func TestBridgeGoesAway(t *testing.T) {
	var g got
	var last error
	f := startBridge(t, func(c RedisClient) {
		last = c.Get("k", func(v RedisValue) {
			g.take(v)
			proxywasm.ResumeHttpRequest()
		})
	})
	f.request()
	f.answer(0, "+x\r\n+OK\r\n")
	f.status = abi.StatusInternalFailure
	f.request()
	g.want(t, "x")
	f.guest.OnTick(1)
	g.want(t, "x", "! "+ErrRedisBridge.Error())
	if !slices.Equal(f.ticks, []uint32{lateTick, 0}) || f.resumed != 2 || f.acting != 1 {
		t.Errorf("ticks %v, %d resumed, acting on %d", f.ticks, f.resumed, f.acting)
	}
	f.request() // is told at once
	if len(f.ticks) != 2 || !errors.Is(last, ErrRedisBridge) {
		t.Errorf("ticks %v, the next command: %v", f.ticks, last)
	}
}

// The calls of a plugin that is gone, whose answers never come, are not counted
// against the one that follows it.
func TestBridgeOutlivesPlugins(t *testing.T) {
	var g got
	f := startBridge(t, func(c RedisClient) { c.Get("k", g.take) })
	for range maxPosts + 1 {
		f.request()
	}
	for id := uint32(2); id < f.next; id++ {
		f.guest.OnDelete(id)
	}
	f.guest.OnDone(1)
	f.guest.OnDelete(1)
	f.guest.OnContextCreate(500, 0)
	if !f.guest.OnConfigure(500, 0) {
		t.Fatal("the plugin refused to start again")
	}
	f.guest.OnContextCreate(501, 500)
	f.guest.OnRequestHeaders(501, 0, true)
	f.wantCalls(maxPosts + 1)
	f.headers, f.body = [][2]string{{":status", "200"}}, []byte("+new\r\n+OK\r\n")
	f.guest.OnHTTPCallResponse(500, f.calls[maxPosts].token, 1, int32(len(f.body)), 0)
	g.want(t, "new")
	if len(bridgeOf().links) != 1 {
		t.Errorf("%d links are kept", len(bridgeOf().links))
	}
}

// Clients with other logins, databases or timeouts share no connection.
func TestBridgeKeepsLoginsApart(t *testing.T) {
	f := startBridge(t, func(RedisClient) {
		for i, options := range [][]optionFunc{nil, {WithDataBase(1)}, {WithDataBase(1)}} {
			c := &RedisClusterClient[FQDNCluster]{redisCore[RedisResponseCallback]{cluster: redisCluster, transport: new(bridgeRedis)}}
			if err := c.Init("", "", 250, options...); err != nil {
				t.Fatal(err)
			}
			c.Get(fmt.Sprint(i), nil)
		}
	})
	f.request()
	f.wantCalls(2)
	f.answer(1, "+OK\r\n+OK\r\n")
	f.wantCalls(3)
	if want := query("SELECT", "1") + query("get", "1") + query("get", "2") + quit; f.calls[0].body != query("get", "0")+quit || f.calls[2].body != want {
		t.Errorf("calls %+v", f.calls)
	}
}

func TestBridgeRefusesCommands(t *testing.T) {
	if !slices.IsSorted(alone[:]) {
		t.Error("the list is not sorted")
	}
	f := startBridge(t, func(c RedisClient) {
		for _, words := range [][]any{{"multi"}, {"SELECT", 1}, {"Subscribe", "c"}, {"quit"}, {"client", "reply", "off"}, {""}} {
			err := c.Command(words, nil)
			if words[0] == "" {
				err = errAlone // Redis says that itself
			}
			if err != errAlone {
				t.Errorf("%v: %v", words, err)
			}
		}
		for _, raw := range []string{"", "PING\r\n", "*0\r\n", "*-1\r\n", "*1\r\n", "*1\r\n:1\r\n", "*1\r\n$4\r\nPING", "*1\r\n$-1\r\n",
			"*1\r\n$4\r\nPINGxx", query("PING") + "x", query("PING") + query("PING"), "*99999999999\r\n$1\r\na\r\n", "*1\r\n$99999999999999999999\r\nPING\r\n"} {
			if err := (&bridgeRedis{timeout: 1}).send(redisName, []byte(raw), nil); err != errNoCommand {
				t.Errorf("%q: %v", raw, err)
			}
		}
	})
	f.request()
	f.wantCalls(1) // the empty name
}

// RedisCall finds the login of the client for the same cluster.
func TestBridgePrepared(t *testing.T) {
	f := startBridgeAs(t, "", "p", 250, func(RedisClient) {
		if err := bridgePrepared(redisName).send(redisName, []byte(query("PING")), nil); err != nil {
			t.Error(err)
		}
		if err := bridgePrepared("other").send("other", []byte(query("PING")), nil); err != nil {
			t.Error(err)
		}
	})
	f.request()
	f.wantCalls(2)
	if f.calls[0].body != query("AUTH", "p")+quit || f.calls[1].body != query("PING")+quit {
		t.Errorf("calls %+v", f.calls)
	}
}

// Too many commands are refused, not kept.
func TestBridgeIsBusy(t *testing.T) {
	var last error
	f := startBridge(t, func(c RedisClient) {
		for range 2000 {
			last = c.Get("k", nil)
		}
	})
	for range 10 {
		f.request()
	}
	if !errors.Is(last, ErrRedisBusy) {
		t.Errorf("the last command: %v", last)
	}
}

// Whatever comes, each command has one answer or one reason, and none is sent
// again.
func FuzzBridge(f *testing.F) {
	for _, s := range []string{"", ":1\r\n:2\r\n+OK\r\n", "+OK\r\n", "-ERR\r\n", "*2\r\n:1\r\n:2\r\n", "$-1\r\n$3\r\nabc\r\n+OK\r\n",
		":1\r\n:2\r\n:3\r\n+OK\r\n", "$536870912\r\n", "*1000000000\r\n", strings.Repeat("*1\r\n", 40), ":1\r\n:2\r\n+OK\r\nx"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, raw []byte, login bool) {
		password := ""
		if login {
			password = "p"
		}
		answers := 0
		host := startBridgeAs(t, "", password, 60_000, func(c RedisClient) {
			c.Incr("a", func(RedisValue) { answers++ })
			c.Incr("b", func(RedisValue) { answers++ })
		})
		host.request()
		for i := 0; i < len(host.calls); i++ {
			host.answer(i, string(raw))
		}
		sent := ""
		for _, c := range host.calls {
			sent += c.body
		}
		if answers != 2 || strings.Count(sent, query("incr", "a")) > 1 || strings.Count(sent, query("incr", "b")) > 1 {
			t.Errorf("%d answers; sent %q", answers, sent)
		}
	})
}
