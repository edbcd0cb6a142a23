package cells

import "slices"

// The phases of conversations with a gRPC server: the plugin begins one for a
// stream whose request headers wait, or in a tick, for itself.
const (
	GRPCInRequest = "grpc_in_request"
	GRPCInTick    = "grpc_in_tick"
)

// GRPCPhases returns the phases of conversations.
func GRPCPhases() []string { return []string{GRPCInRequest, GRPCInTick} }

// IsGRPC reports whether a phase is one of conversations.
func IsGRPC(phase string) bool { return slices.Contains(GRPCPhases(), phase) }

// What a conversation is with.
const (
	// GRPC is the cluster of a gRPC server, Nobody one where nothing listens.
	GRPC   = "grpc"
	Nobody = "nobody"
	// GRPCService is the server's only service.
	GRPCService = "conformance.Service"
)

// Conversation is a row of the table of conversations.
type Conversation struct {
	// Name is unique: call or stream, a dot, and the variant.
	Name string
	// begin makes the first host calls, next those that follow an event: initial,
	// message, trailing or close.
	begin func(*talk)
	next  func(*talk, string)
}

// Conversations returns all rows.
func Conversations() []Conversation {
	return slices.Concat(grpcCalls(), grpcStreams())
}

func findConversation(name string) (Conversation, bool) {
	for _, c := range Conversations() {
		if c.Name == name {
			return c, true
		}
	}
	return Conversation{}, false
}

// How long a conversation may be silent, in ticks: after its end for what must not
// come, and before it for what doesn't.
const (
	quietAfter = 10
	quietMost  = 200
)

// talk is a conversation that goes on. There is one at a time.
type talk struct {
	Conversation
	token   uint64
	opening bool   // the first call has not returned
	context uint32 // that began it
	plugin  uint32 // its plugin's
	heard   []string
	idle    int
	closed  bool
	noCall  bool
	counted map[string]int
}

// running is the conversation that goes on, nil for none; past are the tokens of
// those before it, of which something may still come.
var (
	running *talk
	past    = map[uint64]bool{}
)

// startTalk begins a conversation for a context of a plugin.
func startTalk(c Conversation, context, plugin uint32) {
	running = &talk{Conversation: c, context: context, plugin: plugin, counted: map[string]int{}}
	running.begin(running)
}

// endTalk ends the conversation and returns what became of it.
func endTalk() string {
	t := running
	past[t.token], running = true, nil
	return t.text()
}

// over reports whether the conversation has ended, a tick after it was asked last.
func (t *talk) over() bool {
	t.idle++
	return t.noCall || t.closed && t.idle > quietAfter || t.idle > quietMost
}

// text is all that was called and heard, in order.
func (t *talk) text() string {
	if len(t.heard) == 1 && t.heard[0] == NeedsModule {
		return NeedsModule
	}
	if !t.closed && !t.noCall {
		return then(append(t.heard, "silence")...)
	}
	return then(t.heard...)
}

func (t *talk) note(s string) { t.heard = append(t.heard, s) }

// service is a serialized GrpcService: {envoy_grpc: {cluster_name: NAME}}.
func service(cluster string) string {
	name := "\x0a" + string(rune(len(cluster))) + cluster
	return "\x0a" + string(rune(len(name))) + name
}

// open makes the first call, whose last word is the token.
func (t *talk) open(what, function string, arguments ...any) {
	t.opening = true
	status, words, ok := rawCall(function, args(append(arguments, result(1))...))
	t.opening = false
	if !ok {
		t.noCall = true
		t.note(NeedsModule)
		return
	}
	t.note(what + " " + statusName(status))
	t.token, t.noCall = words[0]&0xffff_ffff, status != 0
}

// call makes a unary call of a method of the server.
func (t *talk) call(method, message, metadata string, timeout int) {
	t.open("call", "grpc_call", service(GRPC), GRPCService, method, metadata, message, timeout)
}

// start opens a stream of a method of the server.
func (t *talk) start(method, metadata string) {
	t.open("stream", "grpc_stream", service(GRPC), GRPCService, method, metadata)
}

func (t *talk) do(what, function string, arguments ...any) {
	if t.noCall {
		return
	}
	status, _, _ := rawCall(function, args(append([]any{num(t.token)}, arguments...)...))
	t.note(what + " " + statusName(status))
}

func (t *talk) send(message string, end int) { t.do("send", "grpc_send", message, end) }
func (t *talk) close()                       { t.do("close", "grpc_close") }
func (t *talk) cancel()                      { t.do("cancel", "grpc_cancel") }
