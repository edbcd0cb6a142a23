package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// The names on which this file and the gateway's configuration agree, see
// docs/redis.md. A module that holds them wants the bridge, which is how tools
// recognise one.
const (
	bridgeCluster = "sluice-redis"
	bridgeHeader  = "x-sluice-redis-cluster"
)

// bridgeRedis is the transport for hosts that have no Redis calls. Commands are
// the body of an ordinary HTTP call to a cluster that leads back into the
// gateway, to a listener that carries bodies over TCP, as they are, to the
// cluster that a header names. Each call is a connection of its own, so what is
// sent over one is collected, see redisLink.
type bridgeRedis struct {
	login   redisLogin
	timeout uint32 // milliseconds
	last    *redisLink
}

// redisLogin is what a connection begins with.
type redisLogin struct {
	username, password string
	database           int
}

// open never fails: a cluster that is not there is found out with the first
// command.
func (r *bridgeRedis) open(cluster string, o redisOption, username, password string, timeout uint32) error {
	r.login, r.timeout, r.last = redisLogin{username, password, o.database}, timeout, nil
	bridgeOf().prepared[cluster] = r
	return nil
}

func (r *bridgeRedis) send(cluster string, query []byte, done func(RedisValue, error)) error {
	if err := checkCommand(query); err != nil {
		return err
	}
	b := bridgeOf()
	plugin := b.vm.PluginOf(b.vm.Active())
	if r.last == nil || r.last.bridge.vm != b.vm || r.last.plugin != plugin || r.last.cluster != cluster {
		r.last = b.link(linkKey{plugin, cluster, r.login, r.timeout})
	}
	return r.last.send(query, done)
}

func (*bridgeRedis) keeps() bool { return false }

// bridgePrepared returns the transport that was opened last for a cluster.
func bridgePrepared(cluster string) redisTransport {
	if r := bridgeOf().prepared[cluster]; r != nil {
		return r
	}
	return &bridgeRedis{timeout: defaultRedisTimeout}
}

// bridges are the states of the VMs that a module is: one, but for a module that
// holds several plugins.
var bridges map[*dispatch.VM]*redisBridge

type redisBridge struct {
	vm       *dispatch.VM
	links    map[linkKey]*redisLink
	prepared map[string]*bridgeRedis // by cluster
	touched  []*redisLink            // those with something to do when the callback ends
	token    uint32                  // the last that was given to a command
	ticking  uint32                  // the plugin for which a tick was asked, 0 none
}

// linkKey says which commands may go over one connection. Plugins that share a
// VM don't: a call ends with the plugin that made it.
type linkKey struct {
	plugin  uint32
	cluster string
	login   redisLogin
	timeout uint32
}

// bridgeOf returns the VM's state; with its first use, callbacks of the host
// begin to go through it.
func bridgeOf() *redisBridge {
	vm := dispatch.Current()
	b := bridges[vm]
	if b == nil {
		b = &redisBridge{vm: vm, links: map[linkKey]*redisLink{}, prepared: map[string]*bridgeRedis{}}
		if bridges == nil {
			bridges = map[*dispatch.VM]*redisBridge{}
		}
		bridges[vm] = b
		abi.SetGuest(redisGuest{vm, b})
	}
	return b
}

// link finds or makes a link, and forgets those of plugins that are gone.
func (b *redisBridge) link(key linkKey) *redisLink {
	if l := b.links[key]; l != nil {
		return l
	}
	for old := range b.links {
		if b.vm.PluginContext(old.plugin) == nil {
			delete(b.links, old)
		}
	}
	l := newRedisLink(b, key)
	b.links[key] = l
	return l
}

// touch makes a link have its turn when the callback that runs now ends.
func (b *redisBridge) touch(l *redisLink) {
	if !l.touched {
		l.touched = true
		b.touched = append(b.touched, l)
	}
}

// settle gives the touched links their turn. Callbacks may run if safe: not
// where the host still waits to hear what becomes of a stream, which could not
// be resumed then. What is left to tell is told at the next tick.
func (b *redisBridge) settle(safe bool) {
	var left []*redisLink
	for i := 0; i < len(b.touched); i++ { // it can grow meanwhile
		l := b.touched[i]
		l.touched = false
		l.fill()
		if safe {
			l.answerFailed()
		} else if len(l.failed) > 0 {
			left = append(left, l)
		}
	}
	b.touched = b.touched[:0]
	for _, l := range left {
		b.touch(l)
	}
	switch {
	case len(left) > 0 && b.ticking == 0:
		b.ticking = b.vm.PluginOf(b.vm.Active())
		b.vm.SetTick(b.ticking, dispatch.RedisTicks, lateTick)
	case safe && b.ticking != 0 && b.ticking == b.vm.PluginOf(b.vm.Active()):
		b.vm.SetTick(b.ticking, dispatch.RedisTicks, 0)
		b.ticking = 0
	}
}

// lateTick is the tick for answers that have to wait for one, in milliseconds.
const lateTick = 20
