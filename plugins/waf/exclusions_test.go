package main

// crsExcluded are tests that don't hold here, with the reason.
var crsExcluded = map[string]string{
	"920181-1": "sends chunks by hand beside a content-length: the gateway takes the chunks apart, and refuses both headers together",
	"920640-5": "a body without a length can't come over HTTP/1.1; the test says itself that the rule should match",
	"921140-1": "the gateway answers 400 to a CR in a header, as the test's server does",
	"920430-5": "a request line without a version never gets through a gateway",
}
