package plugintest

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tidwall/resp"
)

// Redis is a fake Redis server. It notes the commands that reach it and answers
// as the test says. AUTH, SELECT, HELLO and QUIT it answers itself, whatever the
// login; any other command with OK unless told otherwise.
type Redis struct {
	t      testing.TB
	name   string
	mu     sync.Mutex
	answer func(command []string) any
	got    [][]string
}

func newRedis(t testing.TB, name string) *Redis { return &Redis{t: t, name: name} }

// Status is an answer of Redis that is not data, such as OK.
type Status string

// AnswerFunc makes f answer commands, which it gets with their arguments. It
// returns a string for data, an int, a nil for no value, a Status, an error, or
// a []any of these. It must be safe for concurrent use.
func (r *Redis) AnswerFunc(f func(command []string) any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// Commands returns what has come so far, without AUTH, SELECT, HELLO and QUIT,
// each command with its arguments.
func (r *Redis) Commands() [][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([][]string(nil), r.got...)
}

// WantCommands fails the test unless exactly these commands have come, each with
// its arguments joined by spaces.
func (r *Redis) WantCommands(want ...string) {
	r.t.Helper()
	var got []string
	for _, c := range r.Commands() {
		got = append(got, strings.Join(c, " "))
	}
	if w, g := strings.Join(want, "\n"), strings.Join(got, "\n"); w != g {
		r.t.Errorf("Redis %s: the commands differ\n%s", r.name, diff(w, g))
	}
}

// take answers a command.
func (r *Redis) take(command []string) any {
	switch strings.ToUpper(command[0]) {
	case "AUTH", "SELECT", "HELLO", "QUIT":
		return Status("OK")
	}
	r.mu.Lock()
	r.got = append(r.got, command)
	f := r.answer
	r.mu.Unlock()
	if f == nil {
		return Status("OK")
	}
	return f(command)
}

// respValue is a value in the protocol of Redis.
func respValue(v any) resp.Value {
	switch v := v.(type) {
	case nil:
		return resp.NullValue()
	case string:
		return resp.StringValue(v)
	case Status:
		return resp.SimpleStringValue(string(v))
	case int:
		return resp.IntegerValue(v)
	case error:
		return resp.ErrorValue(v)
	case []any:
		list := make([]resp.Value, len(v))
		for i := range v {
			list[i] = respValue(v[i])
		}
		return resp.ArrayValue(list)
	}
	return resp.ErrorValue(fmt.Errorf("ERR the test answers with a %T", v))
}

// redisDoor is a port behind which there is a fake Redis, or none for now.
type redisDoor struct {
	l     net.Listener
	to    atomic.Pointer[Redis]
	mu    sync.Mutex
	conns map[net.Conn]bool
}

func newRedisDoor(r *Redis) (*redisDoor, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &redisDoor{l: l, conns: map[net.Conn]bool{}}
	d.to.Store(r)
	go d.accept()
	return d, nil
}

func (d *redisDoor) addr() string { return d.l.Addr().String() }

func (d *redisDoor) close() {
	_ = d.l.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.conns {
		_ = c.Close()
	}
}

func (d *redisDoor) accept() {
	for {
		c, err := d.l.Accept()
		if err != nil {
			return
		}
		d.mu.Lock()
		d.conns[c] = true
		d.mu.Unlock()
		go d.serve(c)
	}
}

func (d *redisDoor) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.conns, c)
	}()
	in, out := resp.NewReader(c), resp.NewWriter(c)
	for {
		v, _, err := in.ReadValue()
		if err != nil {
			return
		}
		command := make([]string, 0, len(v.Array()))
		for _, arg := range v.Array() {
			command = append(command, arg.String())
		}
		r := d.to.Load()
		if r == nil || len(command) == 0 {
			return
		}
		if err := out.WriteValue(respValue(r.take(command))); err != nil || strings.EqualFold(command[0], "QUIT") {
			return
		}
	}
}
