package host

import (
	"context"
	"errors"
)

// maxCallouts bounds how many callouts one VM may have under way.
const maxCallouts = 1 << 16

// callout is an HTTP or Redis call that waits for its answer. It belongs to the
// root context: as on Envoy it outlives the stream that started it, and the
// guest's SDK drops an answer that nobody waits for any more.
type callout struct {
	plugin *Plugin
	cancel context.CancelFunc
}

// hcHTTPCall: (cluster, header pairs, body, trailer pairs, timeout in ms, token
// pointer).
func hcHTTPCall(vm *VM, s []uint64) Status {
	cluster, ok1 := vm.copyString(s[0], s[1])
	headers, ok2 := vm.read(s[2], s[3])
	body, ok3 := vm.read(s[4], s[5])
	trailers, ok4 := vm.read(s[6], s[7])
	// The token is written before the call starts, to know that it can be.
	if !ok1 || !ok2 || !ok3 || !ok4 || !vm.putU32(s[9], 0) {
		return StatusInvalidMemoryAccess
	}
	timeout, ok := milliseconds(s[8])
	p := vm.scopeNow().root
	if !ok || p == nil {
		return StatusBadArgument
	}
	req := HTTPCallRequest{
		Headers:  vm.pairs("proxy_http_call", headers),
		Trailers: vm.pairs("proxy_http_call", trailers),
		Body:     append([]byte(nil), body...),
		Timeout:  timeout,
	}
	token, status := p.httpCall(cluster, req)
	if status == StatusOK {
		vm.putU32(s[9], token)
	}
	return status
}

func (p *Plugin) httpCall(cluster string, req HTTPCallRequest) (uint32, Status) {
	vm := p.vm
	if vm.o.Clusters == nil {
		vm.log(LogWarn, "proxy_http_call: "+ErrUnknownCluster.Error()+" "+quote(cluster))
		return 0, StatusBadArgument
	}
	token, ctx, status := p.newCallout()
	if status != StatusOK {
		return 0, status
	}
	err := vm.o.Clusters.HTTPCall(ctx, cluster, req, func(r HTTPCallResponse) {
		vm.o.Worker.Post(func() { p.httpAnswer(token, r) })
	})
	if err == nil {
		return token, StatusOK
	}
	p.endCallout(token)
	vm.log(LogWarn, "proxy_http_call to "+quote(cluster)+": "+err.Error())
	if errors.Is(err, ErrUnknownCluster) || errors.Is(err, ErrBadRequest) {
		return 0, StatusBadArgument
	}
	return 0, StatusInternalFailure
}

// newCallout gives out a token and a context that ends with the plugin.
func (p *Plugin) newCallout() (uint32, context.Context, Status) {
	vm := p.vm
	if p.done || len(vm.calls) >= maxCallouts {
		return 0, nil, StatusInternalFailure
	}
	for vm.token++; vm.token == 0 || vm.calls[vm.token] != nil; vm.token++ {
	}
	ctx, cancel := context.WithCancel(vm.callParent())
	vm.calls[vm.token] = &callout{plugin: p, cancel: cancel}
	return vm.token, ctx, StatusOK
}

// endCallout forgets a callout; false means that it was forgotten before.
func (p *Plugin) endCallout(token uint32) bool {
	c := p.vm.calls[token]
	if c == nil || c.plugin != p {
		return false
	}
	c.cancel()
	delete(p.vm.calls, token)
	return true
}

// cancelCalls ends all callouts of the plugin; their answers are dropped.
func (p *Plugin) cancelCalls() {
	for token, c := range p.vm.calls {
		if c.plugin == p {
			p.endCallout(token)
		}
	}
}

// httpAnswer runs proxy_on_http_call_response. Without an answer the guest sees
// 0 headers, 0 bytes and 0 trailers, and proxy_get_status says broken connection.
func (p *Plugin) httpAnswer(token uint32, r HTTPCallResponse) {
	vm := p.vm
	if !p.endCallout(token) || p.done || vm.dead.Load() != nil {
		return
	}
	var headers, trailers int
	if r.Err != nil || r.Headers == nil {
		if r.Err != nil {
			vm.logAs(p, LogDebug, "proxy_http_call failed: "+r.Err.Error())
		}
		r = HTTPCallResponse{}
		p.statusCode, p.statusMessage = uint32(StatusBrokenConnection), "reset"
	} else {
		headers = r.Headers.Len()
		if r.Trailers != nil {
			trailers = r.Trailers.Len()
		}
	}
	p.answer = &r
	_, _, _ = vm.call(&p.scope, cbHTTPCallResponse, uint64(p.id), uint64(token),
		uint64(headers), uint64(len(r.Body)), uint64(trailers))
	p.answer, p.statusMessage = nil, ""
	vm.runAfter()
}

// callMap returns a map of the callout's answer while its callback runs.
func (p *Plugin) callMap(t MapType) *HeaderMap {
	if p == nil || p.answer == nil {
		return nil
	}
	switch t {
	case MapCallResponseHeaders:
		return p.answer.Headers
	case MapCallResponseTrailers:
		return p.answer.Trailers
	}
	return nil
}
