package wrapper

import (
	"errors"
	"math"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// redisCore is a client without the type of its cluster. F is that of callbacks:
// RedisResponseCallback, or one of the types that it may be.
type redisCore[F any] struct {
	cluster   Cluster
	transport redisTransport
	reopen    func() error // nil before Init
	ready     bool
}

// defaultRedisTimeout of a command, in milliseconds.
const defaultRedisTimeout = 1000

// Ready implements RedisClient.
func (c *redisCore[F]) Ready() bool { return c.ready }

// Init implements RedisClient.
func (c *redisCore[F]) Init(username, password string, timeout int64, opts ...optionFunc) error {
	o := redisOption{flushAfter: 3, flushBefore: 1024}
	for _, opt := range opts {
		opt(&o)
	}
	if timeout <= 0 {
		timeout = defaultRedisTimeout
	}
	limit := uint32(min(timeout, math.MaxInt32))
	c.reopen = func() error {
		err := c.transport.open(c.cluster.ClusterName(), o, username, password, limit)
		c.ready = err == nil
		return err
	}
	if err := c.reopen(); err != nil {
		log.Warn("redis cluster " + c.cluster.ClusterName() + " can't be used yet, each command tries again: " + err.Error())
	}
	return nil
}

// Command implements RedisClient. It is the one path of all commands.
func (c *redisCore[F]) Command(cmds []interface{}, callback F) error {
	if len(cmds) == 0 {
		return errors.New("redis: a command without a name")
	}
	answer, err := redisAnswer(callback)
	if err != nil {
		return err
	}
	if c.reopen == nil {
		return errors.New("redis client is not ready, please call Init() first")
	}
	if !c.ready {
		if err := c.reopen(); err != nil {
			return errors.New("redis cluster " + c.cluster.ClusterName() + ": " + err.Error())
		}
	}
	return c.send(respQuery(cmds), answer, true)
}

// send sends a command. An answer that says that a connection that the host
// keeps is not authenticated, which is what a restarted Redis says, is not given
// on but the command, which has not run, sent again over a new one, once.
func (c *redisCore[F]) send(query []byte, answer func(RedisValue), again bool) error {
	if answer == nil {
		return c.transport.send(c.cluster.ClusterName(), query, nil)
	}
	return c.transport.send(c.cluster.ClusterName(), query, func(v RedisValue, err error) {
		if err != nil {
			v = failedValue(err)
		}
		if again && c.transport.keeps() && v.typ == '-' && strings.Contains(string(v.str), "NOAUTH Authentication required") {
			c.ready = false
			if c.reopen() == nil && c.send(query, answer, false) == nil {
				return
			}
			log.Error("redis cluster " + c.cluster.ClusterName() + ": authentication failed again")
		}
		answer(v)
	})
}

// failedValue makes an answer of why there is none.
func failedValue(err error) RedisValue {
	if f, ok := err.(*RedisFailure); ok {
		return f.value()
	}
	return RedisValue{typ: '-', str: []byte(err.Error())}
}
