package call

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Value is an answer of Redis.
type Value = wrapper.RedisValue

// DefaultRedisTimeout of a command.
const DefaultRedisTimeout = time.Second

// RedisOptions say how a Redis is used. The zero value is one without a
// password.
type RedisOptions struct {
	// Username and Password are for authentication; empty for none.
	Username, Password string
	// Timeout bounds the wait for each answer; 0 is DefaultRedisTimeout.
	Timeout time.Duration
	// Database is the number of the database, 0 by default.
	Database int
	// Unbuffered makes the gateway send each command at once. Otherwise it may
	// collect commands for up to 3 ms to send them together.
	Unbuffered bool
}

// Redis sends commands to the Redis of one cluster. Its methods must be called
// in a straight-line handler, and return when the answer is there. Arguments are
// sent as fmt.Sprint writes them, bytes as they are.
//
// A key that is not there is a Value that is null, and no error. An error, of
// type *Error, means that there was no answer, or that the answer was an error
// of Redis: a RedisError. Compare it with ErrTimeout, ErrRefused, ErrReset,
// ErrUnknownCluster, ErrProtocol and ErrLogin, and as wrapper.RedisFailure, which
// says whether the command may have run, with errors.As.
//
// It works where wrapper.RedisClient does: on every gateway.
type Redis struct {
	cluster Cluster
	client  *wrapper.RedisClusterClient[Cluster]
	timeout time.Duration
	failure error // of the command whose callback runs next
}

// callback is what wrapper's client takes.
type callback = wrapper.RedisResponseCallback

// NewRedis prepares the use of a Redis. Call it while the configuration is
// parsed. A Redis that can't be used yet is a warning in the log; each command
// tries again.
func NewRedis(cluster Cluster, o RedisOptions) *Redis {
	r := &Redis{cluster: cluster, client: wrapper.NewRedisClusterClient(cluster), timeout: o.Timeout}
	if r.timeout <= 0 {
		r.timeout = DefaultRedisTimeout
	}
	wrapper.WatchRedis(r.client, func(err error) { r.failure = err })
	limit := int64(milliseconds(r.timeout))
	if o.Unbuffered {
		_ = r.client.Init(o.Username, o.Password, limit, wrapper.WithDataBase(o.Database), wrapper.WithDisableBuffer())
	} else {
		_ = r.client.Init(o.Username, o.Password, limit, wrapper.WithDataBase(o.Database))
	}
	return r
}

// Ready reports whether the gateway has taken cluster and password.
func (r *Redis) Ready() bool { return r.client.Ready() }

// Command sends any command: its name and arguments.
func (r *Redis) Command(ctx context.Context, name string, args ...any) (Value, error) {
	return r.wait(ctx, name, func(done callback) error {
		return r.client.Command(append([]any{name}, args...), done)
	})
}

// Eval runs a Lua script, which sees keys as KEYS and args as ARGV.
func (r *Redis) Eval(ctx context.Context, script string, keys, args []any) (Value, error) {
	return r.wait(ctx, "Eval", func(done callback) error {
		return r.client.Eval(script, len(keys), keys, args, done)
	})
}

// wait sends a command and waits for its answer.
func (r *Redis) wait(ctx context.Context, name string, send func(done callback) error) (Value, error) {
	limit, err := coroutine.Check(ctx, r.timeout)
	if err != nil {
		return Value{}, r.fail(name, waitError(err), "")
	}
	a := &redisAnswer{redis: r}
	if err := send(a.take); err != nil {
		return Value{}, r.fail(name, notSent(err), err.Error())
	}
	if err := a.wait.Park(ctx, limit+grace); err != nil {
		return Value{}, r.fail(name, waitError(err), "")
	}
	if a.failure != nil {
		return Value{}, r.fail(name, notAnsweredBy(a.failure, a.left), a.failure.Error())
	}
	if err := a.value.Error(); err != nil {
		return Value{}, r.fail(name, RedisError(err.Error()), "")
	}
	return a.value, nil
}

func (r *Redis) fail(name string, err error, detail string) error {
	e := &Error{Op: "redis " + name, Detail: detail, Err: err}
	if err != ErrNoHandler && err != ErrStreamEnded {
		e.Cluster = r.cluster.ClusterName()
	}
	return e
}

// redisAnswer is a command under way and, later, its answer.
type redisAnswer struct {
	wait    coroutine.Wait
	redis   *Redis
	value   Value
	failure error
	left    time.Duration
}

// take runs when the host has the answer.
func (a *redisAnswer) take(v Value) {
	a.value, a.failure, a.redis.failure = v, a.redis.failure, nil
	if a.failure != nil {
		a.left = a.wait.Left()
	}
	a.wait.Wake()
}
