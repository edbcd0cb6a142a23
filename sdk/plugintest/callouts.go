package plugintest

import (
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// HTTPCall is a request that the plugin sent to a cluster.
type HTTPCall struct {
	Cluster  string
	Headers  Headers
	Body     []byte
	Trailers Headers
	Timeout  time.Duration
}

// HTTPAnswer is the answer to an HTTPCall. Without headers the call failed, as
// when a connection is reset.
type HTTPAnswer struct {
	Headers  [][2]string
	Body     []byte
	Trailers [][2]string
}

// RedisCall is a Redis command that the plugin sent.
type RedisCall struct {
	Cluster string
	// Query is the command in RESP.
	Query []byte
}

// RedisAnswer is the answer to a RedisCall.
type RedisAnswer struct {
	// Status is 0 where Redis answered.
	Status int32
	// Body is the answer in RESP.
	Body []byte
}

// RedisClient is what the plugin passed to proxywasm.RedisInit.
type RedisClient struct {
	Username, Password string
	Timeout            time.Duration
}

// callouts are the calls that wait for an answer, and who answers them.
type callouts struct {
	onHTTP  func(HTTPCall) HTTPAnswer
	onRedis func(RedisCall) RedisAnswer
	pending []pendingCall
	token   uint32
	answer  *answer
	redis   map[string]RedisClient
}

type pendingCall struct {
	plugin, token uint32
	http          *HTTPCall
	redis         *RedisCall
}

// answer is what the answer's buffers and maps hold during a callback.
type answer struct {
	headers, trailers Headers
	body              []byte
	redis             bool
}

// OnHTTPCall lets f answer HTTP callouts, at once, in their order. Until then
// they wait; f also gets those that wait already.
func (h *Host) OnHTTPCall(f func(HTTPCall) HTTPAnswer) {
	h.onHTTP = f
	h.answerCalls()
}

// OnRedisCall lets f answer Redis calls, as OnHTTPCall does for HTTP.
func (h *Host) OnRedisCall(f func(RedisCall) RedisAnswer) {
	h.onRedis = f
	h.answerCalls()
}

// PendingHTTPCalls returns the HTTP callouts that wait for an answer.
func (h *Host) PendingHTTPCalls() (calls []HTTPCall) {
	for _, p := range h.pending {
		if p.http != nil {
			calls = append(calls, *p.http)
		}
	}
	return calls
}

// RedisClients returns what the plugin initialised, by cluster.
func (h *Host) RedisClients() map[string]RedisClient { return h.redis }

// maxAnswers ends a plugin that makes a callout in each callout's callback.
const maxAnswers = 10_000

// answerCalls delivers what callbacks have caused: OnQueueReady, and answers
// until no callout is left that can be answered.
func (h *Host) answerCalls() {
	h.readyQueues()
	defer h.readyQueues()
	for n := 0; n < maxAnswers; n++ {
		i := slices.IndexFunc(h.pending, func(p pendingCall) bool {
			return p.http != nil && h.onHTTP != nil || p.redis != nil && h.onRedis != nil
		})
		if i < 0 {
			return
		}
		p := h.pending[i]
		h.pending = slices.Delete(h.pending, i, i+1)
		if p.http != nil {
			h.deliverHTTP(p, h.onHTTP(*p.http))
		} else {
			h.deliverRedis(p, h.onRedis(*p.redis))
		}
		for _, ex := range h.exchanges {
			ex.run()
		}
	}
	h.tb.Errorf("plugintest: gave up after %d answers to callouts", maxAnswers)
}

func (h *Host) deliverHTTP(p pendingCall, a HTTPAnswer) {
	h.answer = &answer{body: a.Body}
	if len(a.Headers) > 0 {
		h.answer.headers = Headers(a.Headers).clone()
	}
	if len(a.Trailers) > 0 {
		h.answer.trailers = Headers(a.Trailers).clone()
	}
	h.call(p.plugin, func(g abi.Guest) {
		g.OnHTTPCallResponse(p.plugin, p.token, int32(len(a.Headers)), int32(len(a.Body)), int32(len(a.Trailers)))
	})
	h.answer = nil
}

func (h *Host) deliverRedis(p pendingCall, a RedisAnswer) {
	h.answer = &answer{body: a.Body, redis: true}
	h.call(p.plugin, func(g abi.Guest) {
		g.OnRedisCallResponse(p.plugin, p.token, a.Status, int32(len(a.Body)))
	})
	h.answer = nil
}

// caller is the plugin of the context that calls act on.
func (h hostcalls) caller() uint32 {
	if ex := h.exchange(); ex != nil {
		return ex.plugin
	}
	if c := h.conns[h.effective]; c != nil {
		return c.plugin
	}
	return h.effective
}

func (h hostcalls) hasCluster(name string) bool {
	if has := h.options.HasCluster; has != nil {
		return has(name)
	}
	return !slices.Contains(h.options.MissingClusters, name)
}

// HTTPCall implements abi.Host.
func (h hostcalls) HTTPCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMs uint32) (uint32, abi.Status) {
	all := Headers(headers)
	for _, pseudo := range []string{":method", ":path", ":authority"} {
		if _, ok := all.Lookup(pseudo); !ok {
			return 0, abi.StatusBadArgument
		}
	}
	if !h.hasCluster(cluster) {
		return 0, abi.StatusBadArgument
	}
	return h.wait(pendingCall{http: &HTTPCall{
		Cluster: cluster, Headers: all.clone(), Body: append([]byte(nil), body...),
		Trailers: Headers(trailers).clone(), Timeout: time.Duration(timeoutMs) * time.Millisecond,
	}})
}

// RedisInit implements abi.Host.
func (h hostcalls) RedisInit(cluster, username, password string, timeoutMs uint32) abi.Status {
	if h.redis == nil {
		h.redis = map[string]RedisClient{}
	}
	h.redis[cluster] = RedisClient{Username: username, Password: password, Timeout: time.Duration(timeoutMs) * time.Millisecond}
	return abi.StatusOK
}

// RedisCall implements abi.Host.
func (h hostcalls) RedisCall(cluster string, query []byte) (uint32, abi.Status) {
	if !h.hasCluster(cluster) {
		return 0, abi.StatusBadArgument
	}
	return h.wait(pendingCall{redis: &RedisCall{Cluster: cluster, Query: append([]byte(nil), query...)}})
}

func (h hostcalls) wait(p pendingCall) (uint32, abi.Status) {
	h.token++
	p.plugin, p.token = h.caller(), h.token
	h.pending = append(h.pending, p)
	return p.token, abi.StatusOK
}

func (h hostcalls) answerMap(m abi.MapType) *Headers {
	if h.answer == nil || h.answer.redis {
		return nil
	}
	found := &h.answer.headers
	if m == abi.MapHTTPResponseTrailers {
		found = &h.answer.trailers
	}
	if *found == nil {
		return nil
	}
	return found
}

func (h hostcalls) answerBuffer(b abi.BufferType) *[]byte {
	if h.answer == nil || h.answer.redis != (b == abi.BufferRedisResponse) {
		return nil
	}
	return copied(h.answer.body)
}
