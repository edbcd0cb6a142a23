package wrapper

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// redisPost is one call: a connection to Redis with everything that is sent
// over it. QUIT at its end makes Redis close it when all is answered.
type redisPost struct {
	link     *redisLink
	commands []*redisCommand // none: it only finds out whether the greeting is taken
	begin    time.Time
	timeout  time.Duration
}

const (
	redisQuit     = "*1\r\n$4\r\nQUIT\r\n"
	redisQuitDone = "+OK\r\n"
)

// post makes a call with the next commands. On an error these are still in line.
func (l *redisLink) post() error {
	now := time.Now()
	p := &redisPost{link: l, begin: now, timeout: max(l.queue[0].deadline.Sub(now), time.Millisecond)}
	size := len(l.greeting) + len(redisQuit)
	if l.welcome {
		p.commands, size = l.next(size)
	}
	body := append(make([]byte, 0, size), l.greeting...)
	for _, c := range p.commands {
		body = append(body, c.query...)
	}
	body = append(body, redisQuit...)
	ms := (p.timeout + time.Millisecond - 1) / time.Millisecond
	vm := l.bridge.vm
	active := vm.Active()
	vm.SetActive(l.plugin) // the call is the plugin's, whatever becomes of the stream
	_, err := proxywasm.DispatchHttpCall(bridgeCluster, l.headers, body, nil, uint32(ms), p.answered)
	vm.SetActive(active)
	switch err {
	case nil:
	case types.ErrorStatusBadArgument:
		return l.failure(ErrRedisBridge, false, "there is no such cluster")
	default:
		return l.failure(ErrRedisBridge, false, err.Error())
	}
	l.queue = l.queue[len(p.commands):]
	l.posts++
	l.taken = true
	return nil
}

// next returns the commands for one call and the size of all with that before
// them. The call has as much time as the oldest command has left, so it takes
// none that was issued much later: each has at least three quarters of its
// timeout.
func (l *redisLink) next(size int) ([]*redisCommand, int) {
	last := l.queue[0].deadline.Add(l.limit() / 4)
	n := 0
	for n < len(l.queue) && n < maxBatch && !l.queue[n].deadline.After(last) {
		more := len(l.queue[n].query)
		if n > 0 && size+more > maxBatchBytes {
			break
		}
		size += more
		n++
	}
	return l.queue[:n:n], size
}

// answered runs when the call has ended, in whichever way.
func (p *redisPost) answered(numHeaders, bodySize, _ int) {
	l := p.link
	l.posts--
	l.bridge.touch(l)
	body, err := p.read(numHeaders, bodySize)
	if err == nil {
		err = p.split(body)
	}
	p.settle(err)
	l.answer(p.commands)
}

// settle takes what the call showed, err being for the commands that have no
// answer.
func (p *redisPost) settle(err error) {
	l := p.link
	if err == nil {
		l.welcome = true
		return
	}
	for _, c := range p.commands {
		if c.answer.typ == 0 {
			c.fail(err)
		}
	}
	_, refused := err.(*greetingRefused)
	if refused {
		l.welcome = false
	}
	if !refused && len(p.commands) > 0 {
		return
	}
	if f, ok := err.(*RedisFailure); ok {
		err = l.failure(f.Reason, false, f.Detail)
	}
	l.fail(l.queue, err) // these have not been sent
	l.queue = nil
}

// split gives each command its answer. The error is for those that got none.
func (p *redisPost) split(b []byte) error {
	l := p.link
	for range l.greetings {
		v, rest, err := parseValue(b, 0)
		if err != nil {
			return p.broken(err)
		}
		if b = rest; v.typ == '-' {
			return &greetingRefused{v}
		}
	}
	for _, c := range p.commands {
		v, rest, err := parseValue(b, 0)
		if err != nil {
			return p.broken(err)
		}
		c.answer, b = v, rest
	}
	if len(b) > 0 && string(b) != redisQuitDone {
		for _, c := range p.commands { // which answer is whose is anyone's guess
			c.answer = RedisValue{}
		}
		return l.failure(ErrRedisProtocol, true, "there are more answers than commands")
	}
	return nil
}

// broken says why there is no further answer.
func (p *redisPost) broken(err error) error {
	if err == errRESPShort {
		return p.link.failure(ErrRedisReset, true, "")
	}
	return p.link.failure(ErrRedisProtocol, true, err.Error())
}

// greetingRefused is Redis' answer to AUTH or SELECT. It is what the commands
// behind it are answered with, too.
type greetingRefused struct{ RedisValue }

func (e *greetingRefused) Error() string { return string(e.str) }

// fail notes why a command has no answer.
func (c *redisCommand) fail(err error) {
	if refused, ok := err.(*greetingRefused); ok {
		c.answer = refused.RedisValue
		return
	}
	c.err = err
}
