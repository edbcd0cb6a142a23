package wrapper

import (
	"errors"
	"strings"
)

// Reasons why a command has no answer, or one that is an error which concerns
// more than this command. Compare with errors.Is: a callback with a RedisValue
// gets them from its Error method.
var (
	// ErrRedisRefused: there is no connection to be had. The command has not run.
	ErrRedisRefused = errors.New("redis can't be reached")
	// ErrRedisTimeout: no answer in time. The command may have run, unless
	// [RedisFailure].Sent is false.
	ErrRedisTimeout = errors.New("redis did not answer in time")
	// ErrRedisUnavailable: one of ErrRedisRefused and ErrRedisTimeout; hosts with
	// Redis calls of their own don't tell which.
	ErrRedisUnavailable = errors.New("cannot connect to redis, or it didn't answer in time")
	// ErrRedisReset: the connection ended before the answer was there. The
	// command may have run.
	ErrRedisReset = errors.New("the connection to redis was lost before the answer was there")
	// ErrRedisProtocol: what came is not an answer of Redis. The command may
	// have run.
	ErrRedisProtocol = errors.New("cannot read redis response")
	// ErrRedisCluster: the gateway has no such cluster. The command has not run.
	ErrRedisCluster = errors.New("the gateway has no such cluster")
	// ErrRedisBridge: the plugin was built for a gateway that reaches Redis
	// through the cluster "sluice-redis", and this one lacks it or can't use it.
	// The command has not run.
	ErrRedisBridge = errors.New(`the gateway can't use its cluster "sluice-redis", which leads to Redis; docs/redis.md shows how to configure it`)
	// ErrRedisBusy: too many commands wait already. The command has not run.
	ErrRedisBusy = errors.New("too many commands wait for redis")
	// ErrRedisLogin: Redis refused user or password, or wants them (NOAUTH,
	// WRONGPASS). The command has not run.
	ErrRedisLogin = errors.New("redis refused user or password")
	// ErrRedisMoved: this Redis belongs to a Redis Cluster, and another of its
	// nodes has the key (MOVED, ASK). The command has not run. Put a proxy for
	// Redis Cluster in front, or one node.
	ErrRedisMoved = errors.New("another node of the redis cluster has the key")
)

// redisReasons can be kept in a RedisValue, each as its place here and one.
var redisReasons = [...]error{
	ErrRedisRefused, ErrRedisTimeout, ErrRedisUnavailable, ErrRedisReset, ErrRedisProtocol,
	ErrRedisCluster, ErrRedisBridge, ErrRedisBusy, ErrRedisLogin, ErrRedisMoved,
}

// RedisFailure is why a command has no answer of Redis.
type RedisFailure struct {
	// Cluster is the cluster's name.
	Cluster string
	// Reason is one of the errors above.
	Reason error
	// Sent says whether the command may have reached Redis, and so have run.
	// Commands are never sent twice.
	Sent bool
	// Detail is what the gateway said about it, "" for nothing.
	Detail string
}

// redisSent, in what a RedisValue keeps of a failure, stands for Sent.
const redisSent = 1 << 8

// Error says what failed, where, and whether the command may have run.
func (e *RedisFailure) Error() string {
	text := "redis cluster " + e.Cluster + ": " + e.Reason.Error()
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if !e.Sent {
		text += notSentText
	}
	return text
}

// Unwrap returns Reason.
func (e *RedisFailure) Unwrap() error { return e.Reason }

// value makes e an answer for a callback.
func (e *RedisFailure) value() RedisValue {
	v := RedisValue{typ: '-', str: []byte(e.Error())}
	for i, reason := range redisReasons {
		if reason == e.Reason {
			v.integer = i + 1
		}
	}
	if e.Sent {
		v.integer |= redisSent
	}
	return v
}

// failureOf reads what value made.
func failureOf(text string, kept int) *RedisFailure {
	i := kept&^redisSent - 1
	if i < 0 || i >= len(redisReasons) {
		return nil
	}
	e := &RedisFailure{Reason: redisReasons[i], Sent: kept&redisSent != 0}
	text = strings.TrimPrefix(text, "redis cluster ")
	e.Cluster, text, _ = strings.Cut(text, ": "+e.Reason.Error())
	e.Detail = strings.TrimPrefix(strings.TrimSuffix(text, notSentText), ": ")
	return e
}

const notSentText = " (the command was not sent)"

// redisValueError is an error that Redis answered with.
type redisValueError struct {
	text   string
	reason error // nil for none of the above
}

func (e *redisValueError) Error() string { return e.text }
func (e *redisValueError) Unwrap() error { return e.reason }

// RedisReason returns which of the errors above an error that Redis itself
// answered with stands for, nil for none of them, such as WRONGTYPE.
func RedisReason(answer string) error {
	code, _, _ := strings.Cut(answer, " ")
	switch code {
	case "NOAUTH", "WRONGPASS":
		return ErrRedisLogin
	case "MOVED", "ASK":
		return ErrRedisMoved
	}
	return nil
}
