package upstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// Errors of Redis commands; a *RedisError wraps them.
var (
	// ErrRedisTimeout: no answer within the timeout.
	ErrRedisTimeout = errors.New("no answer in time")
	// ErrRedisConnect: no connection to the server.
	ErrRedisConnect = errors.New("can't connect")
	// ErrRedisLogin: the server refused AUTH or SELECT.
	ErrRedisLogin = errors.New("login refused")
	// ErrRedisLost: the connection broke before the answer came.
	ErrRedisLost = errors.New("the connection broke")
	// ErrRedisBusy: too many commands wait already.
	ErrRedisBusy = errors.New("too many commands are waiting")
)

// RedisError says which cluster failed and how. It holds no password.
type RedisError struct {
	// Cluster is the cluster's name, Address the endpoint if one was chosen.
	Cluster, Address string
	// Kind is one of the ErrRedis… errors.
	Kind error
	// Err is the cause beneath, or nil.
	Err error
}

// Error names cluster, endpoint, kind and cause.
func (e *RedisError) Error() string {
	s := fmt.Sprintf("redis cluster %q", e.Cluster)
	if e.Address != "" {
		s += " at " + e.Address
	}
	s += ": " + e.Kind.Error()
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns kind and cause.
func (e *RedisError) Unwrap() []error { return []error{e.Kind, e.Err} }

// redisKey identifies a connection.
type redisKey struct {
	cluster, user, password string
	db                      int
}

// redisHandle is a connection with the timeout of one user of it.
type redisHandle struct {
	conn    *redisConn
	timeout time.Duration
}

// Redis implements host.Caller. Handles with the same cluster, user, password and
// database share one connection, over which commands are pipelined; it is made
// with the first command and again after it broke. The cluster may have any
// scheme.
func (c *Clusters) Redis(cluster string, o host.RedisOptions) (host.RedisConn, error) {
	k := c.find(cluster)
	if k == nil {
		return nil, fmt.Errorf("%w %q", host.ErrUnknownCluster, cluster)
	}
	if k.redis != nil {
		return k.redis, nil
	}
	timeout := o.Timeout
	if timeout <= 0 {
		timeout = c.o.RedisTimeout
	}
	key := redisKey{cluster, o.User, o.Password, o.DB}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, ErrClosed
	}
	conn := c.redis[key]
	if conn == nil {
		conn = &redisConn{clusters: c, key: key}
		c.redis[key] = conn
	}
	if c.o.Tap != nil {
		return tappedRedis{c.o.Tap, cluster, &redisHandle{conn, timeout}}, nil
	}
	return &redisHandle{conn, timeout}, nil
}

// unpaired are commands after which answers and commands don't pair up any more.
var unpaired = map[string]bool{
	"SUBSCRIBE": true, "PSUBSCRIBE": true, "SSUBSCRIBE": true, "UNSUBSCRIBE": true, "PUNSUBSCRIBE": true,
	"SUNSUBSCRIBE": true, "MONITOR": true, "SYNC": true, "PSYNC": true, "HELLO": true, "RESET": true,
}

// Do implements host.RedisConn. The query must be exactly one command; commands
// that would break the pairing of commands and answers are refused with
// host.ErrBadRequest. The connection is shared, so what changes its state
// (SELECT, MULTI, WATCH) concerns its other users too.
func (h *redisHandle) Do(ctx context.Context, query []byte, done func(host.RedisResponse)) error {
	verb, sub, err := command(query)
	if err != nil {
		return fmt.Errorf("%w: %w", host.ErrBadRequest, err)
	}
	if unpaired[verb] || verb == "CLIENT" && sub == "REPLY" {
		return fmt.Errorf("%w: %s can't be used on a shared connection", host.ErrBadRequest, verb)
	}
	return h.conn.send(ctx, query, h.timeout, done)
}
