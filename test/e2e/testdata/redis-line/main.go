// Command redis-line asks the Redis that a request names, in a straight line,
// and answers with what came of it.
//
//	/?on=NAME&cmd=GET&arg=k            one command
//	/?on=NAME&cmd=INCR&arg=k&times=5   the same command several times at once
package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("redis-line",
		wrapper.ParseConfig(parse),
		wrapper.HandleRequestHeaders(handle))
}

type config struct{ redis map[string]*call.Redis }

func parse(json gjson.Result, c *config) error {
	c.redis = map[string]*call.Redis{}
	json.ForEach(func(name, r gjson.Result) bool {
		c.redis[name.String()] = call.NewRedis(wrapper.TargetCluster{Cluster: r.Get("cluster").String()}, call.RedisOptions{
			Username: r.Get("username").String(), Password: r.Get("password").String(),
			Database: int(r.Get("database").Int()), Timeout: time.Duration(r.Get("timeout").Int()) * time.Millisecond,
		})
		return true
	})
	return nil
}

func handle(ctx context.Context, http wrapper.HttpContext, c config) types.Action {
	u, err := url.Parse(http.Path())
	if err != nil {
		return reply(400, err.Error())
	}
	q := u.Query()
	r := c.redis[q.Get("on")]
	if r == nil {
		return reply(404, "no such redis")
	}
	args := make([]any, len(q["arg"]))
	for i, arg := range q["arg"] {
		if size, ok := strings.CutPrefix(arg, "bytes:"); ok {
			n, _ := strconv.Atoi(size)
			arg = strings.Repeat("x", n)
		}
		args[i] = arg
	}
	times, _ := strconv.Atoi(q.Get("times"))
	answers := make([]string, max(times, 1))
	branches := make([]func(context.Context) error, len(answers))
	for i := range branches {
		branches[i] = func(ctx context.Context) error {
			v, err := r.Command(ctx, q.Get("cmd"), args...)
			answers[i] = text(v)
			return err
		}
	}
	if err := call.Join(ctx, branches...); err != nil {
		return reply(call.StatusCode(err), failure(err))
	}
	return reply(200, strings.Join(answers, " "))
}

// text shows a value; a long one by its length.
func text(v call.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == '*':
		var parts []string
		for _, e := range v.Array() {
			parts = append(parts, text(e))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case len(v.Bytes()) > 1000:
		return fmt.Sprintf("%d bytes", len(v.Bytes()))
	}
	return fmt.Sprintf("%q", v.String())
}

// failure names an error, and says whether the command was sent.
func failure(err error) string {
	name := "other"
	for known, is := range map[string]error{
		"timeout": call.ErrTimeout, "refused": call.ErrRefused, "reset": call.ErrReset, "protocol": call.ErrProtocol,
		"unknown cluster": call.ErrUnknownCluster, "login": call.ErrLogin, "moved": call.ErrMoved,
	} {
		if errors.Is(err, is) {
			name = known
		}
	}
	if f := new(wrapper.RedisFailure); errors.As(err, &f) {
		name += fmt.Sprintf(" (sent: %v)", f.Sent)
	}
	return name + ": " + err.Error()
}

func reply(status int, body string) types.Action {
	_ = proxywasm.SendHttpResponse(uint32(status), nil, []byte(body), -1)
	return types.ActionPause
}
