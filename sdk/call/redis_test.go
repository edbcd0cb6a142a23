package call_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// runHandler starts a plugin of one straight-line handler and sends it a
// request.
func runHandler(t *testing.T, o plugintest.Options, handler func(ctx context.Context)) (*plugintest.Host, *plugintest.Exchange) {
	t.Helper()
	before := proxywasm.GetVMContext()
	t.Cleanup(func() { proxywasm.SetVMContext(before) })
	wrapper.SetCtx("test", wrapper.HandleRequestHeaders(
		func(ctx context.Context, _ wrapper.HttpContext, _ struct{}) types.Action {
			handler(ctx)
			return types.ActionContinue
		}))
	h := plugintest.New(t, o)
	return h, h.Request(request("x"))
}

var redisCluster = wrapper.TargetCluster{Cluster: "redis"}

// words are the parts of a command in RESP.
func words(query []byte) string {
	var out []string
	for i, line := range strings.Split(string(query), "\r\n") {
		if i > 0 && i%2 == 0 {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}

// Every command of wrapper.RedisClient is there, takes the same arguments in
// the same order, and sends the same bytes.
func TestEveryRedisCommand(t *testing.T) {
	blocking := reflect.TypeFor[*call.Redis]()
	client := reflect.TypeFor[wrapper.RedisClient]()
	for i := range client.NumMethod() {
		m := client.Method(i)
		if m.Name == "Init" || m.Name == "Ready" || m.Name == "Command" || m.Name == "Eval" {
			continue
		}
		own, ok := blocking.MethodByName(m.Name)
		if !ok {
			t.Errorf("%s is missing", m.Name)
			continue
		}
		args := []reflect.Value{}
		for j := range m.Type.NumIn() - 1 { // the last is the callback
			if want, got := m.Type.In(j), own.Type.In(j+2); want != got {
				t.Errorf("%s: argument %d is %v, want %v", m.Name, j, got, want)
			}
			args = append(args, sample(m.Type.In(j), j))
		}
		if own.Type.NumIn() != m.Type.NumIn()+1 {
			t.Errorf("%s takes %d arguments", m.Name, own.Type.NumIn())
			continue
		}
		sameCommand(t, m.Name, args)
	}
}

// sample makes an argument.
func sample(t reflect.Type, i int) reflect.Value {
	name := string(rune('a' + i))
	for _, v := range []any{name, 10 + i, 1.5, []string{name, "z"}, []any{name, 7}, map[string]any{name: 1, "z": 2}} {
		if reflect.TypeOf(v) == t {
			return reflect.ValueOf(v)
		}
	}
	v := reflect.New(t).Elem()
	v.Set(reflect.ValueOf(name))
	return v
}

func sameCommand(t *testing.T, name string, args []reflect.Value) {
	t.Helper()
	var queries [][]byte
	answered := false
	h, _ := runHandler(t, plugintest.Options{}, func(ctx context.Context) {
		r := call.NewRedis(redisCluster, call.RedisOptions{})
		out := reflect.ValueOf(r).MethodByName(name).Call(append([]reflect.Value{reflect.ValueOf(ctx)}, args...))
		answered = out[1].IsNil() && out[0].Interface().(call.Value).Integer() == 42
		c := wrapper.NewRedisClusterClient(redisCluster)
		c.Init("", "", 0)
		reflect.ValueOf(c).MethodByName(name).Call(append(args, reflect.Zero(reflect.TypeFor[wrapper.RedisResponseCallback]())))
	})
	h.OnRedisCall(func(c plugintest.RedisCall) plugintest.RedisAnswer {
		queries = append(queries, c.Query)
		return plugintest.RedisAnswer{Body: []byte(":42\r\n")}
	})
	if len(queries) != 2 || !bytes.Equal(queries[0], queries[1]) || !answered {
		t.Errorf("%s sent %q, answered %v", name, queries, answered)
	}
}

func TestRedisCommandsOneAfterTheOther(t *testing.T) {
	var sent []string
	var sum int
	h, ex := runHandler(t, plugintest.Options{}, func(ctx context.Context) {
		r := call.NewRedis(redisCluster, call.RedisOptions{Username: "u", Password: "p", Database: 3, Unbuffered: true})
		a, _ := r.Incr(ctx, "a")
		b, _ := r.Eval(ctx, "return 1", []any{"k"}, []any{"v", 5})
		c, _ := r.Command(ctx, "ping", "x")
		sum = a.Integer() + b.Integer() + c.Integer()
		if !r.Ready() {
			t.Error("not ready")
		}
	})
	h.OnRedisCall(func(c plugintest.RedisCall) plugintest.RedisAnswer {
		sent = append(sent, words(c.Query))
		return plugintest.RedisAnswer{Body: []byte(":1\r\n")}
	})
	if got := strings.Join(sent, ";"); got != "incr a;eval return 1 1 k v 5;ping x" || sum != 3 || ex.Paused() {
		t.Errorf("sent %q, sum %d, held back %v", got, sum, ex.Paused())
	}
	for name, c := range h.RedisClients() {
		if c.Username != "u" || c.Password != "p" || c.Timeout != time.Second || !strings.Contains(name, "db=3") {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestRedisErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer plugintest.RedisAnswer
		after  time.Duration
		want   error
		status int
	}{
		{"error of redis", plugintest.RedisAnswer{Body: []byte("-WRONGTYPE no\r\n")}, 0, call.RedisError("WRONGTYPE no"), 500},
		{"not reached", plugintest.RedisAnswer{Status: 1}, 0, call.ErrRefused, 503},
		{"too slow", plugintest.RedisAnswer{Status: 1}, time.Second, call.ErrTimeout, 504},
		{"null", plugintest.RedisAnswer{Body: []byte("$-1\r\n")}, 0, nil, 200},
	} {
		now := time.Unix(1_700_000_000, 0)
		var got error
		var v call.Value
		h, _ := runHandler(t, plugintest.Options{Now: func() time.Time { return now }}, func(ctx context.Context) {
			v, got = call.NewRedis(redisCluster, call.RedisOptions{}).Get(ctx, "k")
		})
		now = now.Add(c.after)
		h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer { return c.answer })
		if !errors.Is(got, c.want) || call.StatusCode(got) != c.status {
			t.Errorf("%s: got %v (%d), want %v (%d)", c.name, got, call.StatusCode(got), c.want, c.status)
		}
		if c.want == nil && !v.IsNull() {
			t.Errorf("%s: got %q", c.name, v.String())
		}
	}
}

func TestRedisThatNeverAnswers(t *testing.T) {
	c := newClock()
	var got error
	h, _ := runHandler(t, plugintest.Options{Now: func() time.Time { return c.now }}, func(ctx context.Context) {
		_, got = call.NewRedis(redisCluster, call.RedisOptions{Timeout: 200 * time.Millisecond}).Get(ctx, "k")
	})
	c.run(h, time.Second)
	if !errors.Is(got, call.ErrTimeout) || !errors.Is(got, context.DeadlineExceeded) {
		t.Errorf("got %v", got)
	}
}

func TestRedisClusterThatIsNotThere(t *testing.T) {
	var got error
	runHandler(t, plugintest.Options{MissingClusters: []string{"redis"}}, func(ctx context.Context) {
		_, got = call.NewRedis(redisCluster, call.RedisOptions{}).Get(ctx, "k")
	})
	if !errors.Is(got, call.ErrUnknownCluster) || !strings.Contains(got.Error(), `"redis"`) {
		t.Errorf("got %v", got)
	}
}
