package wrapper

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/resp"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

var redisCluster = FQDNCluster{FQDN: "r.dns", Port: 6379}

const redisName = "outbound|6379||r.dns"

// withRedis runs f in a request of a plugin whose Redis is answer.
func withRedis(t *testing.T, answer func(plugintest.RedisCall) plugintest.RedisAnswer, f func(c RedisClient)) *plugintest.Host {
	t.Helper()
	c := NewRedisClusterClient(redisCluster)
	h := start(t, plugintest.Options{},
		PrePluginStartOrReload[settings](func(PluginContext) error { return c.Init("u", "p", 250) }),
		ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			f(c)
			return types.ActionContinue
		}))
	h.OnRedisCall(answer)
	h.Request(get)
	return h
}

func TestCommands(t *testing.T) {
	m := map[string]interface{}{"b": 2, "a": "1", "c": 1.5}
	anys := []interface{}{"x", 1}
	for want, send := range map[string]func(c RedisClient, cb RedisResponseCallback) error{
		"any thing 1 true": func(c RedisClient, cb RedisResponseCallback) error {
			return c.Command([]interface{}{"any", []byte("thing"), 1, true}, cb)
		},
		"eval s 1 x 1 y": func(c RedisClient, cb RedisResponseCallback) error {
			return c.Eval("s", 1, anys, []interface{}{"y"}, cb)
		},
		"del k":                 func(c RedisClient, cb RedisResponseCallback) error { return c.Del("k", cb) },
		"exists k":              func(c RedisClient, cb RedisResponseCallback) error { return c.Exists("k", cb) },
		"expire k 60":           func(c RedisClient, cb RedisResponseCallback) error { return c.Expire("k", 60, cb) },
		"persist k":             func(c RedisClient, cb RedisResponseCallback) error { return c.Persist("k", cb) },
		"get k":                 func(c RedisClient, cb RedisResponseCallback) error { return c.Get("k", cb) },
		"set k 1e+21":           func(c RedisClient, cb RedisResponseCallback) error { return c.Set("k", 1e21, cb) },
		"set k v ex 5":          func(c RedisClient, cb RedisResponseCallback) error { return c.SetEx("k", "v", 5, cb) },
		"set k v nx ex 5":       func(c RedisClient, cb RedisResponseCallback) error { return c.SetNX("k", "v", 5, cb) },
		"set k v nx":            func(c RedisClient, cb RedisResponseCallback) error { return c.SetNX("k", "v", 0, cb) },
		"mget a b":              func(c RedisClient, cb RedisResponseCallback) error { return c.MGet([]string{"a", "b"}, cb) },
		"mset a 1 b 2 c 1.5":    func(c RedisClient, cb RedisResponseCallback) error { return c.MSet(m, cb) },
		"incr k":                func(c RedisClient, cb RedisResponseCallback) error { return c.Incr("k", cb) },
		"decr k":                func(c RedisClient, cb RedisResponseCallback) error { return c.Decr("k", cb) },
		"incrby k 3":            func(c RedisClient, cb RedisResponseCallback) error { return c.IncrBy("k", 3, cb) },
		"decrby k -3":           func(c RedisClient, cb RedisResponseCallback) error { return c.DecrBy("k", -3, cb) },
		"llen k":                func(c RedisClient, cb RedisResponseCallback) error { return c.LLen("k", cb) },
		"rpush k x 1":           func(c RedisClient, cb RedisResponseCallback) error { return c.RPush("k", anys, cb) },
		"rpop k":                func(c RedisClient, cb RedisResponseCallback) error { return c.RPop("k", cb) },
		"lpush k x 1":           func(c RedisClient, cb RedisResponseCallback) error { return c.LPush("k", anys, cb) },
		"lpop k":                func(c RedisClient, cb RedisResponseCallback) error { return c.LPop("k", cb) },
		"lindex k 1":            func(c RedisClient, cb RedisResponseCallback) error { return c.LIndex("k", 1, cb) },
		"lrange k 0 -1":         func(c RedisClient, cb RedisResponseCallback) error { return c.LRange("k", 0, -1, cb) },
		"lrem k 2 v":            func(c RedisClient, cb RedisResponseCallback) error { return c.LRem("k", 2, "v", cb) },
		"linsert k before p v":  func(c RedisClient, cb RedisResponseCallback) error { return c.LInsertBefore("k", "p", "v", cb) },
		"linsert k after p v":   func(c RedisClient, cb RedisResponseCallback) error { return c.LInsertAfter("k", "p", "v", cb) },
		"hexists k f":           func(c RedisClient, cb RedisResponseCallback) error { return c.HExists("k", "f", cb) },
		"hdel k f g":            func(c RedisClient, cb RedisResponseCallback) error { return c.HDel("k", []string{"f", "g"}, cb) },
		"hlen k":                func(c RedisClient, cb RedisResponseCallback) error { return c.HLen("k", cb) },
		"hget k f":              func(c RedisClient, cb RedisResponseCallback) error { return c.HGet("k", "f", cb) },
		"hset k f v":            func(c RedisClient, cb RedisResponseCallback) error { return c.HSet("k", "f", "v", cb) },
		"hmget k f g":           func(c RedisClient, cb RedisResponseCallback) error { return c.HMGet("k", []string{"f", "g"}, cb) },
		"hmset k a 1 b 2 c 1.5": func(c RedisClient, cb RedisResponseCallback) error { return c.HMSet("k", m, cb) },
		"hkeys k":               func(c RedisClient, cb RedisResponseCallback) error { return c.HKeys("k", cb) },
		"hvals k":               func(c RedisClient, cb RedisResponseCallback) error { return c.HVals("k", cb) },
		"hgetall k":             func(c RedisClient, cb RedisResponseCallback) error { return c.HGetAll("k", cb) },
		"hincrby k f 2":         func(c RedisClient, cb RedisResponseCallback) error { return c.HIncrBy("k", "f", 2, cb) },
		"hincrbyfloat k f 0.5":  func(c RedisClient, cb RedisResponseCallback) error { return c.HIncrByFloat("k", "f", 0.5, cb) },
		"scard k":               func(c RedisClient, cb RedisResponseCallback) error { return c.SCard("k", cb) },
		"sadd k x 1":            func(c RedisClient, cb RedisResponseCallback) error { return c.SAdd("k", anys, cb) },
		"srem k x 1":            func(c RedisClient, cb RedisResponseCallback) error { return c.SRem("k", anys, cb) },
		"sismember k v":         func(c RedisClient, cb RedisResponseCallback) error { return c.SIsMember("k", "v", cb) },
		"smembers k":            func(c RedisClient, cb RedisResponseCallback) error { return c.SMembers("k", cb) },
		"sdiff a b":             func(c RedisClient, cb RedisResponseCallback) error { return c.SDiff("a", "b", cb) },
		"sdiffstore d a b":      func(c RedisClient, cb RedisResponseCallback) error { return c.SDiffStore("d", "a", "b", cb) },
		"sinter a b":            func(c RedisClient, cb RedisResponseCallback) error { return c.SInter("a", "b", cb) },
		"sinterstore d a b":     func(c RedisClient, cb RedisResponseCallback) error { return c.SInterStore("d", "a", "b", cb) },
		"sunion a b":            func(c RedisClient, cb RedisResponseCallback) error { return c.SUnion("a", "b", cb) },
		"sunionstore d a b":     func(c RedisClient, cb RedisResponseCallback) error { return c.SUnionStore("d", "a", "b", cb) },
		"zcard k":               func(c RedisClient, cb RedisResponseCallback) error { return c.ZCard("k", cb) },
		"zadd k 1 a 2 b 1.5 c":  func(c RedisClient, cb RedisResponseCallback) error { return c.ZAdd("k", m, cb) },
		"zcount k -inf 5":       func(c RedisClient, cb RedisResponseCallback) error { return c.ZCount("k", "-inf", 5, cb) },
		"zincrby k 2 m":         func(c RedisClient, cb RedisResponseCallback) error { return c.ZIncrBy("k", "m", 2, cb) },
		"zscore k m":            func(c RedisClient, cb RedisResponseCallback) error { return c.ZScore("k", "m", cb) },
		"zrank k m":             func(c RedisClient, cb RedisResponseCallback) error { return c.ZRank("k", "m", cb) },
		"zrevrank k m":          func(c RedisClient, cb RedisResponseCallback) error { return c.ZRevRank("k", "m", cb) },
		"zrem k m n":            func(c RedisClient, cb RedisResponseCallback) error { return c.ZRem("k", []string{"m", "n"}, cb) },
		"zrange k 0 -1":         func(c RedisClient, cb RedisResponseCallback) error { return c.ZRange("k", 0, -1, cb) },
		"zrevrange k 0 -1":      func(c RedisClient, cb RedisResponseCallback) error { return c.ZRevRange("k", 0, -1, cb) },
	} {
		var got []string
		answered := false
		withRedis(t, func(c plugintest.RedisCall) plugintest.RedisAnswer {
			if c.Cluster != redisName {
				t.Errorf("%s: sent to %s", want, c.Cluster)
			}
			v, n, err := resp.NewReader(bytes.NewReader(c.Query)).ReadValue()
			if err != nil || n != len(c.Query) {
				t.Errorf("%s: %q: %v", want, c.Query, err)
			}
			for _, arg := range v.Array() {
				got = append(got, arg.String())
			}
			return plugintest.RedisAnswer{Body: []byte("+OK\r\n")}
		}, func(c RedisClient) {
			if err := send(c, func(v resp.Value) { answered = v.String() == "OK" }); err != nil {
				t.Errorf("%s: %v", want, err)
			}
		})
		if strings.Join(got, " ") != want || !answered {
			t.Errorf("sent %q, want %q; answered %v", got, want, answered)
		}
	}
}

func TestEveryMethodIsTested(t *testing.T) {
	// 2 of the interface's methods send nothing; SetNX has two cases.
	if n := reflect.TypeFor[RedisClient]().NumMethod(); n != 60+2-1 {
		t.Errorf("RedisClient has %d methods: add the new ones to TestCommands", n)
	}
}

func TestRedisInit(t *testing.T) {
	for _, c := range []struct {
		options []optionFunc
		timeout int64
		want    string
	}{
		{nil, 250, "buffer_flush_timeout=3&max_buffer_size_before_flush=1024 250ms"},
		{nil, 0, "buffer_flush_timeout=3&max_buffer_size_before_flush=1024 1s"},
		{[]optionFunc{WithDataBase(2)}, 1, "db=2&buffer_flush_timeout=3&max_buffer_size_before_flush=1024 1ms"},
		{[]optionFunc{WithDisableBuffer()}, 1, "buffer_flush_timeout=0&max_buffer_size_before_flush=0 1ms"},
		{[]optionFunc{WithBufferFlushTimeout(time.Second), WithMaxBufferSizeBeforeFlush(9)}, math.MaxInt64,
			"buffer_flush_timeout=1000&max_buffer_size_before_flush=9 " + (math.MaxInt32 * time.Millisecond).String()},
	} {
		h := start(t, plugintest.Options{}, PrePluginStartOrReload[settings](func(PluginContext) error {
			client := NewRedisClusterClient(redisCluster)
			if client.Ready() {
				t.Error("ready before Init")
			}
			err := client.Init("u", "p", c.timeout, c.options...)
			if !client.Ready() {
				t.Error("not ready after Init")
			}
			return err
		}))
		for name, got := range h.RedisClients() {
			if s := strings.TrimPrefix(name, redisName+"?") + " " + got.Timeout.String(); s != c.want {
				t.Errorf("%s, want %s", s, c.want)
			}
		}
	}
}

func TestBeforeInit(t *testing.T) {
	inRequest(t, plugintest.Options{}, func(HttpContext) {
		if err := NewRedisClusterClient(redisCluster).Get("k", nil); err == nil || !strings.Contains(err.Error(), "Init()") {
			t.Errorf("%v", err)
		}
	})
}

// What callbacks get, in both forms, for every answer.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		answer plugintest.RedisAnswer
		want   string
	}{
		{plugintest.RedisAnswer{Body: []byte("+OK\r\n")}, "OK"},
		{plugintest.RedisAnswer{Body: []byte(":-7\r\n")}, "-7"},
		{plugintest.RedisAnswer{Body: []byte("$5\r\na\r\nbc\r\n")}, "a\r\nbc"},
		{plugintest.RedisAnswer{Body: []byte("$0\r\n\r\n")}, ""},
		{plugintest.RedisAnswer{Body: []byte("$-1\r\n")}, "null"},
		{plugintest.RedisAnswer{Body: []byte("*-1\r\n")}, "null"},
		{plugintest.RedisAnswer{Body: []byte("*2\r\n:1\r\n$1\r\nx\r\n")}, "[1 x]"},
		{plugintest.RedisAnswer{Body: []byte("-ERR no\r\n")}, "error ERR no"},
		{plugintest.RedisAnswer{Body: []byte("$536870912\r\nabc")}, "error redis cluster outbound|6379||r.dns: cannot read redis response"},
		{plugintest.RedisAnswer{Body: []byte("*1000000\r\n:1\r\n")}, "error redis cluster outbound|6379||r.dns: cannot read redis response"},
		{plugintest.RedisAnswer{Body: []byte(strings.Repeat("*1\r\n", 100) + ":1\r\n")}, "error redis cluster outbound|6379||r.dns: cannot read redis response"},
		{plugintest.RedisAnswer{Body: []byte("hello\r\n")}, "error redis cluster outbound|6379||r.dns: cannot read redis response"},
		{plugintest.RedisAnswer{}, "error redis cluster outbound|6379||r.dns: cannot read redis response"},
		{plugintest.RedisAnswer{Status: 2}, "error redis cluster outbound|6379||r.dns: cannot connect"},
	} {
		var got []string
		withRedis(t, func(plugintest.RedisCall) plugintest.RedisAnswer { return c.answer }, func(r RedisClient) {
			err := r.Get("k", func(v resp.Value) {
				switch {
				case v.Error() != nil:
					got = append(got, "error "+v.Error().Error())
				case v.IsNull():
					got = append(got, "null")
				case v.Array() != nil:
					got = append(got, fmt.Sprint(v.Array()))
				default:
					got = append(got, v.String())
				}
			})
			if err != nil {
				t.Error(err)
			}
			if err := r.Get("k", func(v RedisValue) {
				switch {
				case v.Error() != nil:
					got = append(got, "error "+v.Error().Error())
				case v.IsNull():
					got = append(got, "null")
				case v.Array() != nil:
					got = append(got, fmt.Sprint(v.Array()))
				default:
					got = append(got, v.String())
				}
			}); err != nil {
				t.Error(err)
			}
			if err := r.Get("k", nil); err != nil {
				t.Error(err)
			}
		})
		if len(got) != 2 || !strings.HasPrefix(got[0], c.want) || got[0] != got[1] {
			t.Errorf("%+v: %q, want %q", c.answer, got, c.want)
		}
	}
}

// A Redis that was restarted asks for authentication: the command is sent again,
// once.
func TestNoAuth(t *testing.T) {
	for _, c := range []struct{ failures, want int }{{0, 1}, {1, 2}, {5, 2}} {
		sent, answers, last := 0, 0, ""
		withRedis(t, func(plugintest.RedisCall) plugintest.RedisAnswer {
			if sent++; sent <= c.failures {
				return plugintest.RedisAnswer{Body: []byte("-NOAUTH Authentication required.\r\n")}
			}
			return plugintest.RedisAnswer{Body: []byte("+OK\r\n")}
		}, func(r RedisClient) {
			if err := r.Get("k", func(v resp.Value) { answers, last = answers+1, v.String() }); err != nil {
				t.Error(err)
			}
		})
		if sent != c.want || answers != 1 || (last == "OK") != (c.failures < 2) {
			t.Errorf("%d failures: sent %d times, %d answers, the last %q", c.failures, sent, answers, last)
		}
	}
}

// brokenRedis is a transport that refuses until it is repaired.
type brokenRedis struct {
	fails  bool
	opened int
}

func (b *brokenRedis) open(string, redisOption, string, string, uint32) error {
	b.opened++
	if b.fails {
		return errors.New("no such cluster")
	}
	return nil
}

func (b *brokenRedis) send(_ string, _ []byte, done func(RedisValue, error)) error {
	done(RedisValue{typ: ':', integer: 1}, nil)
	return nil
}

func (b *brokenRedis) keeps() bool { return true }

// A Redis that is down when the plugin starts is tried again.
func TestInitIsTriedAgain(t *testing.T) {
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
		transport := &brokenRedis{fails: true}
		c := redisCore[RedisResponseCallback]{cluster: redisCluster, transport: transport}
		if err := c.Init("", "", 1); err != nil || c.Ready() {
			t.Errorf("Init: %v, ready %v", err, c.Ready())
		}
		if err := c.Get("k", nil); err == nil || !strings.Contains(err.Error(), "no such cluster") {
			t.Errorf("Get: %v", err)
		}
		transport.fails = false
		n := 0
		for range 2 {
			if err := c.Get("k", func(v RedisValue) { n += v.Integer() }); err != nil {
				t.Error(err)
			}
		}
		if n != 2 || transport.opened != 3 || !c.Ready() {
			t.Errorf("%d answers, opened %d times", n, transport.opened)
		}
		return types.ActionContinue
	}))
	h.Request(get)
	if !contains(h.LogsAt(proxywasm.LogLevelWarn), "can't be used yet") {
		t.Errorf("log %v", h.Logs())
	}
}

func TestWrongRedisCallbacks(t *testing.T) {
	type value struct{}
	withRedis(t, nil, func(c RedisClient) {
		for _, cb := range []any{1, func() {}, func(value) {}, func(*resp.Value) {}, func(resp.Value) error { return nil }, func(string) {}, func(resp.Type) {}} {
			if err := c.Get("k", cb); !errors.Is(err, ErrCallback) {
				t.Errorf("%T: %v", cb, err)
			}
		}
		if err := c.Command(nil, nil); err == nil {
			t.Error("an empty command was sent")
		}
		if err := c.Get("k", (func(resp.Value))(nil)); err != nil {
			t.Error(err)
		}
	})
}

func TestRedisCall(t *testing.T) {
	got := ""
	withRedis(t, func(c plugintest.RedisCall) plugintest.RedisAnswer {
		return plugintest.RedisAnswer{Body: []byte("+" + fmt.Sprint(len(c.Query)) + "\r\n")}
	}, func(RedisClient) {
		if err := RedisCall(redisCluster, []byte("*1\r\n$4\r\nping\r\n"), func(v resp.Value) { got = v.String() }); err != nil {
			t.Error(err)
		}
	})
	if got != "14" {
		t.Errorf("%q", got)
	}
}

// same compares a value with what package resp makes of the same answer.
func same(a RedisValue, b resp.Value) bool {
	if a.Type() != byte(b.Type()) || a.IsNull() != b.IsNull() || a.Integer() != b.Integer() || len(a.Array()) != len(b.Array()) {
		return false
	}
	if (a.Error() == nil) != (b.Error() == nil) || a.Type() != '*' && (a.String() != b.String() || !bytes.Equal(a.Bytes(), b.Bytes())) {
		return false
	}
	if f := b.Float(); a.Type() != '*' && a.Float() != f && !math.IsNaN(f) {
		return false
	}
	for i := range a.Array() {
		if !same(a.Array()[i], b.Array()[i]) {
			return false
		}
	}
	return true
}

// An answer that parses is what package resp makes of it, and read by it through
// a callback the same again.
func FuzzParseRESP(f *testing.F) {
	for _, s := range []string{"+OK\r\n", "-ERR\r\n", ":1\r\n", ":x\r\n", "$3\r\nabc\r\n", "$-1\r\n", "*2\r\n:1\r\n*1\r\n+a\r\n",
		"*0\r\n", "*-1\r\n", "$1.5\r\n", "\r\n", "$2\r\nabc", "*99999999999999999999\r\n", "$9223372036854775807\r\nab", "+a\nb\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := parseRESP(raw)
		if err != nil {
			return
		}
		want, _, err := resp.NewReader(bytes.NewReader(raw)).ReadValue()
		if err != nil || !same(v, want) {
			t.Fatalf("%q: %+v, package resp says %v, %v", raw, v, want, err)
		}
		give, err := redisAnswer(func(got resp.Value) {
			if !same(v, got) {
				t.Errorf("%q became %v in a callback", raw, got)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		give(v)
	})
}
