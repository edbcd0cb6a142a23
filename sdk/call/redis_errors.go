package call

import (
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Reasons that only Redis commands have.
var (
	// ErrProtocol (502): what came is not an answer of Redis.
	ErrProtocol error = &reason{"what came is not an answer of Redis", 502, nil}
	// ErrLogin (500): Redis wants a user or password, or refused the one it got.
	// A RedisError is one.
	ErrLogin error = &reason{"Redis refused user or password", 500, nil}
	// ErrMoved (500): another node of a Redis Cluster has the key. A RedisError
	// is one.
	ErrMoved error = &reason{"another node of the Redis Cluster has the key", 500, nil}
	// ErrBusy (503): too many commands wait already.
	ErrBusy error = &reason{"too many commands wait for Redis", 503, nil}
)

// RedisError is an answer of Redis that is an error, such as "WRONGTYPE …". Its
// StatusCode is 500.
type RedisError string

// Error implements error.
func (e RedisError) Error() string { return string(e) }

// Is implements errors.Is for ErrLogin and ErrMoved.
func (e RedisError) Is(target error) bool {
	switch wrapper.RedisReason(string(e)) {
	case wrapper.ErrRedisLogin:
		return target == ErrLogin
	case wrapper.ErrRedisMoved:
		return target == ErrMoved
	}
	return false
}

// redisFailed is a command that Redis did not answer: a reason of this package,
// and the wrapper's own account of it.
type redisFailed struct{ reason, failure error }

// Error implements error.
func (e *redisFailed) Error() string { return e.reason.Error() }

// Unwrap lets errors.Is and errors.As find both.
func (e *redisFailed) Unwrap() []error { return []error{e.reason, e.failure} }

// notAnsweredBy gives what ended a command its public error. left is what was
// left of its time: hosts with Redis calls of their own don't tell a command that
// took too long from one that failed.
func notAnsweredBy(failure error, left time.Duration) error {
	reason := redisReason(failure)
	if errors.Is(failure, wrapper.ErrRedisUnavailable) && left <= grace {
		reason = ErrTimeout
	}
	return &redisFailed{reason, failure}
}

// notSent is notAnsweredBy for a command that was refused at once.
func notSent(err error) error {
	if _, public := sendError(err); public == ErrUnknownCluster {
		return public
	}
	return &redisFailed{redisReason(err), err}
}

func redisReason(err error) error {
	for _, known := range [...][2]error{
		{wrapper.ErrRedisTimeout, ErrTimeout}, {wrapper.ErrRedisReset, ErrReset}, {wrapper.ErrRedisProtocol, ErrProtocol},
		{wrapper.ErrRedisCluster, ErrUnknownCluster}, {wrapper.ErrRedisBusy, ErrBusy},
	} {
		if errors.Is(err, known[0]) {
			return known[1]
		}
	}
	return ErrRefused
}
