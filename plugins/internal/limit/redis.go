package limit

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// ErrAnswer is returned where Redis answers something that the script doesn't.
var ErrAnswer = errors.New("unexpected answer of Redis")

// evaluator is the part of call.Redis that is used here.
type evaluator interface {
	Eval(ctx context.Context, script string, keys, args []any) (call.Value, error)
}

// Redis counts in a Redis, for all gateways that use it, by the clock of Redis.
type Redis struct{ client evaluator }

// NewRedis returns the limiter that counts in a Redis.
func NewRedis(client *call.Redis) *Redis { return &Redis{client} }

// Take counts a request, if all limits have room. It waits for one script, in a
// straight-line handler. The error is one of the call, as package call names
// them, or ErrAnswer: it tells nothing about the request.
//
// Keys are those of Higress for FixedWindow; others have the algorithm's name
// behind them, since what they keep is of another kind.
func (r *Redis) Take(ctx context.Context, limits ...Limit) (Verdict, error) {
	if len(limits) == 0 {
		return Verdict{Allowed: true}, nil
	}
	keys, args := make([]any, len(limits)), make([]any, 0, 4*len(limits))
	for i, l := range limits {
		keys[i] = redisKey(l)
		args = append(args, l.Algorithm.String(), l.Count, l.Window.Milliseconds(), l.burst())
	}
	answer, err := r.client.Eval(ctx, script, keys, args)
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(answer.Array(), limits)
}

func redisKey(l Limit) string {
	if l.Algorithm == FixedWindow {
		return l.Key
	}
	return l.Key + ":" + l.Algorithm.String()
}

// verdictOf reads the script's answer.
func verdictOf[V interface{ Integer() int }](values []V, limits []Limit) (Verdict, error) {
	if len(values) != 1+2*len(limits) {
		return Verdict{}, fault.Of(ErrAnswer, strconv.Itoa(len(values))+" numbers, want "+strconv.Itoa(1+2*len(limits)))
	}
	allowed := values[0].Integer() == 1
	var out Verdict
	for i, l := range limits {
		left, reset := int64(values[1+2*i].Integer()), time.Duration(values[2+2*i].Integer())*time.Millisecond
		v := Verdict{Allowed: left >= 0, Count: l.Count, Remaining: max(left, 0), Reset: reset}
		if i == 0 {
			out = v
		}
		out = tighter(out, v)
	}
	if out.Allowed != allowed {
		return Verdict{}, fault.Of(ErrAnswer, strconv.Itoa(values[0].Integer())+", although the limits say otherwise")
	}
	return out, nil
}
