package cells

// The methods of the server: what each answers is in package tck.
const (
	Echo       = "Echo"       // each message again, then status 0
	EchoHeader = "EchoHeader" // the header x-c-new as a message
	Large      = "Large"      // a message of 100,000 bytes
	NoMessage  = "NoMessage"  // status 0 alone
	Two        = "Two"        // two messages
	Denied     = "Denied"     // status 7 without a message
	Late       = "Late"       // a message, then status 9
	Unknown    = "Unknown"    // status 99
	Percent    = "Percent"    // a message of the status with bytes that are escaped
	NoStatus   = "NoStatus"   // a message and no status
	HTML       = "HTML"       // a page
	HTTP503    = "HTTP503"    // status 503 of HTTP
	Cut        = "Cut"        // half a message, then status 0
	Compressed = "Compressed" // a message whose flag says that it is compressed
	Reset      = "Reset"      // a message, then the stream is reset
	Slow       = "Slow"       // nothing
	Early      = "Early"      // status 0 before the client has ended
)

// aSecond is a time-out in milliseconds.
const aSecond = 1000

func grpcCalls() []Conversation {
	calls := func(name, method string) Conversation {
		return Conversation{Name: "call." + name, begin: func(t *talk) { t.call(method, "hello", "", aSecond) }}
	}
	slow := func(name string, then func(*talk)) Conversation {
		return Conversation{Name: "call." + name, begin: func(t *talk) {
			t.call(Slow, "hello", "", 5*aSecond)
			then(t)
		}}
	}
	to := func(name, service string) Conversation {
		return Conversation{Name: "call." + name, begin: func(t *talk) {
			t.open("call", "grpc_call", service, GRPCService, Echo, "", "hello", aSecond)
		}}
	}
	when := func(name, method, event string, then func(*talk)) Conversation {
		c := calls(name, method)
		c.next = func(t *talk, e string) {
			if e == event {
				then(t)
			}
		}
		return c
	}
	return []Conversation{
		calls("echo", Echo), calls("large", Large), calls("no_message", NoMessage), calls("two_messages", Two),
		calls("status", Denied), calls("status_after_message", Late), calls("status_unknown", Unknown), calls("status_escaped", Percent),
		calls("no_status", NoStatus), calls("html", HTML), calls("http_503", HTTP503), calls("cut", Cut), calls("compressed", Compressed),
		calls("reset", Reset), calls("unknown_method", "None"), calls("empty_method", ""),
		{Name: "call.empty_message", begin: func(t *talk) { t.call(Echo, "", "", aSecond) }},
		{Name: "call.metadata", begin: func(t *talk) { t.call(EchoHeader, "", onePair, aSecond) }},
		{Name: "call.metadata_malformed", begin: func(t *talk) { t.call(Echo, "hello", malformedPairs, aSecond) }},
		{Name: "call.timeout", begin: func(t *talk) { t.call(Slow, "hello", "", 50) }},
		{Name: "call.no_timeout", begin: func(t *talk) { t.call(Echo, "hello", "", 0) }},
		to("unreachable", service(Nobody)), to("unknown_cluster", service("c-none")), to("bare_cluster", GRPC), to("empty_cluster", service("")),
		slow("cancel", (*talk).cancel), slow("close", (*talk).close), slow("send", func(t *talk) { t.send("more", 0) }),
		slow("cancel_twice", func(t *talk) { t.cancel(); t.cancel() }),
		when("cancel_in_message", Echo, "message", (*talk).cancel), when("close_in_message", Echo, "message", (*talk).close),
		when("cancel_when_over", Denied, "close", (*talk).cancel), when("close_when_over", Denied, "close", (*talk).close),
	}
}

func grpcStreams() []Conversation {
	// opens opens a stream and goes on.
	opens := func(name, method string, then func(*talk)) Conversation {
		return Conversation{Name: "stream." + name, begin: func(t *talk) {
			t.start(method, "")
			then(t)
		}}
	}
	sends := func(name, method string) Conversation {
		return opens(name, method, func(t *talk) { t.send("hello", 1) })
	}
	on := func(name, method, event string, then func(*talk)) Conversation {
		c := opens(name, method, func(t *talk) { t.send("one", 0) })
		c.next = func(t *talk, e string) {
			if e == event {
				then(t)
			}
		}
		return c
	}
	to := func(name, service string) Conversation {
		return Conversation{Name: "stream." + name, begin: func(t *talk) {
			t.open("stream", "grpc_stream", service, GRPCService, Echo, "")
		}}
	}
	return []Conversation{
		opens("echo", Echo, func(t *talk) { t.send("one", 0); t.send("two", 1) }),
		sends("large", Large), sends("no_message", NoMessage), sends("status", Denied), sends("status_after_message", Late),
		sends("status_unknown", Unknown), sends("no_status", NoStatus), sends("html", HTML), sends("http_503", HTTP503),
		sends("cut", Cut), sends("compressed", Compressed), sends("reset", Reset), sends("unknown_method", "None"),
		opens("empty_message", Echo, func(t *talk) { t.send("", 1) }),
		{Name: "stream.metadata", begin: func(t *talk) { t.start(EchoHeader, onePair); t.send("", 1) }},
		{Name: "stream.metadata_malformed", begin: func(t *talk) { t.start(Echo, malformedPairs) }},
		opens("half_close", NoMessage, (*talk).close), opens("cancel", Slow, (*talk).cancel),
		opens("cancel_twice", Slow, func(t *talk) { t.cancel(); t.cancel() }),
		opens("early_end", Early, func(t *talk) { t.send("hello", 0) }),
		opens("send_after_end", Slow, func(t *talk) { t.send("one", 1); t.send("two", 0) }),
		opens("send_after_close", Slow, func(t *talk) { t.close(); t.send("two", 0) }),
		opens("send_after_cancel", Slow, func(t *talk) { t.cancel(); t.send("two", 0) }),
		on("cancel_when_over", Early, "close", (*talk).cancel), on("close_when_over", Early, "close", (*talk).close),
		on("send_when_over", Early, "close", func(t *talk) { t.send("two", 0) }),
		on("send_in_message", Echo, "message", func(t *talk) { t.send("two", 1) }),
		on("end_in_message", Echo, "message", (*talk).close),
		on("cancel_in_message", Echo, "message", (*talk).cancel),
		on("end_in_initial", Echo, "initial", func(t *talk) { t.send("", 1) }),
		to("unreachable", service(Nobody)), to("unknown_cluster", service("c-none")), to("bare_cluster", GRPC),
	}
}
