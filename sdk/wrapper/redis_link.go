package wrapper

import (
	"strconv"
	"time"
)

// Bounds of what one VM has under way with one Redis. With more calls at a time
// more connections are made and, on one machine, fewer commands done; with one, a
// slow command holds up all others.
const (
	maxPosts         = 2         // calls, each a connection, at a time
	maxBatch         = 256       // commands a call
	maxBatchBytes    = 256 << 10 // of commands a call, unless one alone is larger
	maxRedisCommands = 1 << 14   // that wait for a call
)

// redisLink collects commands for one Redis and sends them, many in a call.
//
// A command is sent when the callback that issued it ends, with all others that
// were issued in it, unless maxPosts calls are under way: then it waits for the
// first of them to end, with whatever comes meanwhile. Its timeout runs from
// where it was issued.
type redisLink struct {
	linkKey
	bridge    *redisBridge
	headers   [][2]string
	greeting  []byte // the commands that log in, nil for none
	greetings int    // how many they are

	queue   []*redisCommand // to be sent, oldest first
	posts   int             // calls under way
	failed  []*redisCommand // not to be sent any more, and not told yet
	taken   bool            // the host has taken a call
	welcome bool            // Redis has taken the greeting, or there is none
	touched bool            // is among bridge.touched
}

// redisCommand is a command on its way.
type redisCommand struct {
	query    []byte
	deadline time.Time
	token    uint32 // under which the dispatcher knows done
	done     func(RedisValue, error)
	answer   RedisValue
	err      error
}

func newRedisLink(b *redisBridge, key linkKey) *redisLink {
	l := &redisLink{linkKey: key, bridge: b}
	l.headers = [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", bridgeCluster}, {bridgeHeader, key.cluster}}
	switch {
	case key.login.username != "":
		l.greet("AUTH", key.login.username, key.login.password)
	case key.login.password != "":
		l.greet("AUTH", key.login.password)
	}
	if key.login.database != 0 {
		l.greet("SELECT", strconv.Itoa(key.login.database))
	}
	l.welcome = l.greetings == 0
	return l
}

func (l *redisLink) greet(words ...string) {
	l.greeting = append(l.greeting, respQuery(withStrings(nil, words))...)
	l.greetings++
}

func (l *redisLink) limit() time.Duration { return time.Duration(l.timeout) * time.Millisecond }

func (l *redisLink) failure(reason error, sent bool, detail string) *RedisFailure {
	return &RedisFailure{Cluster: l.cluster, Reason: reason, Sent: sent, Detail: detail}
}

// send puts a command in line. Until the host has taken a call, it is told at
// once what is wrong with that.
func (l *redisLink) send(query []byte, done func(RedisValue, error)) error {
	if len(l.queue) >= maxRedisCommands {
		return l.failure(ErrRedisBusy, false, "")
	}
	c := &redisCommand{query: query, deadline: time.Now().Add(l.limit()), done: done}
	l.queue = append(l.queue, c)
	if !l.taken && l.posts == 0 {
		if err := l.post(); err != nil {
			l.queue = l.queue[:len(l.queue)-1]
			return err
		}
	} else {
		l.bridge.touch(l)
	}
	if done != nil {
		l.bridge.token++
		c.token = l.bridge.token
		l.bridge.vm.AddRedisCall(c.token, c.answered)
	}
	return nil
}

// answered runs for the stream that issued the command, if it still is there.
func (c *redisCommand) answered(int, int) { c.done(c.answer, c.err) }

// fill makes calls as long as there is something to send and one is allowed.
func (l *redisLink) fill() {
	l.expire()
	for len(l.queue) > 0 && l.posts < l.most() {
		if err := l.post(); err != nil {
			l.taken = false
			l.fail(l.queue, err)
			l.queue = nil
			return
		}
	}
}

// most is how many calls may be under way: one until Redis has taken the
// greeting. Commands that follow one that is refused would run all the same,
// unauthenticated or in another database.
func (l *redisLink) most() int {
	if l.welcome {
		return maxPosts
	}
	return 1
}

// expire gives up the commands that have waited too long. They have not been
// sent.
func (l *redisLink) expire() {
	if len(l.queue) == 0 {
		return
	}
	now, n := time.Now(), 0
	for n < len(l.queue) && !l.queue[n].deadline.After(now) {
		n++
	}
	if n > 0 {
		l.fail(l.queue[:n:n], l.failure(ErrRedisTimeout, false, "other commands were waited for"))
		l.queue = l.queue[n:]
	}
}

// fail notes why commands have no answer.
func (l *redisLink) fail(commands []*redisCommand, err error) {
	for _, c := range commands {
		c.fail(err)
	}
	l.failed = append(l.failed, commands...)
}

// answerFailed runs the callbacks of the commands that failed. These may issue
// others.
func (l *redisLink) answerFailed() {
	failed := l.failed
	l.failed = nil
	l.answer(failed)
}

// answer runs the callbacks of commands, each for its stream, and leaves calls
// acting on the plugin.
func (l *redisLink) answer(commands []*redisCommand) {
	if len(commands) == 0 {
		return
	}
	vm := l.bridge.vm
	for _, c := range commands {
		if c.done != nil {
			vm.OnRedisCallResponse(l.plugin, c.token, 0, 0)
		}
	}
	vm.Become(l.plugin)
}
