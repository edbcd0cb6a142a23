package limit

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// ErrAnswer is returned where Redis answers something that the script doesn't.
var ErrAnswer = errors.New("unexpected answer of Redis")

// commander is the part of call.Redis that is used here.
type commander interface {
	Command(ctx context.Context, name string, args ...any) (call.Value, error)
}

// Redis counts in a Redis, for all gateways that use it, by the clock of Redis.
type Redis struct {
	client commander
	// whole says that this Redis, or what is in front of it, does not know scripts
	// by their sums.
	whole bool
}

// NewRedis returns the limiter that counts in a Redis.
func NewRedis(client *call.Redis) *Redis { return &Redis{client: client} }

// Take counts a request, if all limits have room. It waits for one script, in a
// straight-line handler; for two calls where Redis has not seen the script yet. The error is one of the call, as package call names
// them, or ErrAnswer: it tells nothing about the request.
//
// Keys are those of Higress for FixedWindow; others have the algorithm's name
// behind them, since what they keep is of another kind.
func (r *Redis) Take(ctx context.Context, limits ...Limit) (Verdict, error) {
	if len(limits) == 0 {
		return Verdict{Allowed: true}, nil
	}
	words := make([]any, 0, 2+5*len(limits))
	words = append(words, scriptSum, strconv.Itoa(len(limits)))
	for i := range limits {
		words = append(words, redisKey(limits[i]))
	}
	for _, l := range limits {
		if l.args == nil {
			l = l.Prepared()
		}
		words = append(words, l.args[:]...)
	}
	answer, err := r.run(ctx, words)
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(answer.Array(), limits)
}

// run runs the script by its sum, which is sent as the first of words, or as a
// whole where Redis does not know it.
func (r *Redis) run(ctx context.Context, words []any) (call.Value, error) {
	if !r.whole {
		answer, err := r.client.Command(ctx, "EVALSHA", words...)
		if err == nil || !r.unknown(err) {
			return answer, err
		}
	}
	words[0] = script
	return r.client.Command(ctx, "EVAL", words...)
}

// unknown reports whether the error says that the script has not run because
// Redis has not seen it, and notes where it never will.
func (r *Redis) unknown(err error) bool {
	failed, ok := err.(*call.Error) //nolint:errorlint // as package call returns it; errors.As would link reflection
	if !ok {
		return false
	}
	answer, ok := failed.Err.(call.RedisError) //nolint:errorlint // likewise
	if !ok {
		return false
	}
	text := string(answer)
	r.whole = strings.HasPrefix(text, "ERR unknown command") || strings.HasPrefix(text, "NOPERM")
	return r.whole || strings.HasPrefix(text, "NOSCRIPT")
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
