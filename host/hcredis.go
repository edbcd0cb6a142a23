package host

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// The statuses of proxy_on_redis_call_response.
const (
	redisOK           = 0
	redisNetworkError = 1
)

// hcRedisInit (Higress): (cluster, user, password, timeout in ms). The cluster
// may carry parameters: "name?db=N&…"; only db means something here.
func hcRedisInit(vm *VM, s []uint64) Status {
	cluster, ok1 := vm.copyString(s[0], s[1])
	user, ok2 := vm.copyString(s[2], s[3])
	password, ok3 := vm.copyString(s[4], s[5])
	if !ok1 || !ok2 || !ok3 {
		return StatusInvalidMemoryAccess
	}
	timeout, ok := milliseconds(s[6])
	if !ok || vm.o.Clusters == nil {
		return StatusBadArgument
	}
	cluster, db, err := redisTarget(cluster)
	if err != nil {
		vm.log(LogWarn, "proxy_redis_init: "+err.Error())
		return StatusBadArgument
	}
	conn, err := vm.o.Clusters.Redis(cluster, RedisOptions{User: user, Password: password, DB: db, Timeout: timeout})
	if err != nil {
		vm.log(LogWarn, "proxy_redis_init of "+quote(cluster)+": "+err.Error())
		if errors.Is(err, ErrUnknownCluster) {
			return StatusBadArgument
		}
		return StatusInternalFailure
	}
	vm.redis[cluster] = conn
	return StatusOK
}

// redisTarget splits "name?db=N&…".
func redisTarget(s string) (cluster string, db int, err error) {
	cluster, query, _ := strings.Cut(s, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", 0, errors.New("the parameters behind ? are damaged")
	}
	if v := values.Get("db"); v != "" {
		db, err = strconv.Atoi(v)
		if err != nil || db < 0 {
			return "", 0, errors.New("db is not a number: " + quote(v))
		}
	}
	return cluster, db, nil
}

// hcRedisCall (Higress): (cluster, query in RESP, token pointer).
func hcRedisCall(vm *VM, s []uint64) Status {
	cluster, ok1 := vm.copyString(s[0], s[1])
	query, ok2 := vm.read(s[2], s[3])
	if !ok1 || !ok2 || !vm.putU32(s[4], 0) {
		return StatusInvalidMemoryAccess
	}
	p := vm.scopeNow().root
	if p == nil {
		return StatusBadArgument
	}
	cluster, _, _ = strings.Cut(cluster, "?")
	conn := vm.redis[cluster]
	if conn == nil {
		vm.log(LogWarn, "proxy_redis_call to "+quote(cluster)+": proxy_redis_init was not called for it, or failed")
		return StatusBadArgument
	}
	token, status := p.redisCall(conn, append([]byte(nil), query...))
	if status == StatusOK {
		vm.putU32(s[4], token)
	}
	return status
}

func (p *Plugin) redisCall(conn RedisConn, query []byte) (uint32, Status) {
	vm := p.vm
	token, ctx, status := p.newCallout()
	if status != StatusOK {
		return 0, status
	}
	err := conn.Do(ctx, query, func(r RedisResponse) {
		vm.o.Worker.Post(func() { p.redisReply(token, r) })
	})
	if err != nil {
		p.endCallout(token)
		vm.log(LogWarn, "proxy_redis_call: "+err.Error())
		if errors.Is(err, ErrBadRequest) {
			return 0, StatusBadArgument
		}
		return 0, StatusInternalFailure
	}
	return token, StatusOK
}

func (p *Plugin) redisReply(token uint32, r RedisResponse) {
	vm := p.vm
	if !p.endCallout(token) || p.done || vm.dead.Load() != nil {
		return
	}
	status := redisOK
	if r.Err != nil {
		vm.logAs(p, LogWarn, "proxy_redis_call failed: "+r.Err.Error())
		status, r.Body = redisNetworkError, nil
	}
	p.redisAnswer = r.Body
	_, _, _ = vm.call(&p.scope, cbRedisCallResponse, uint64(p.id), uint64(token), uint64(status), uint64(len(r.Body)))
	p.redisAnswer = nil
	vm.runAfter()
}
