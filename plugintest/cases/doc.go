// Package cases runs test cases that are written in YAML: what a client sends,
// what the services around the plugin answer, and what must reach them and the
// client. People who write no Go can state them, and "sluice test" runs them:
//
//	config: {mockEnable: true}
//	cases:
//	- name: the plugin answers itself
//	  request: {path: /get}
//	  upstream: none
//	  client: {status: 200, body: hello world}
//
// [Run] runs files and reports, [Test] does so under go test. Each case is run on
// each engine of package plugintest, with a plugin of its own.
//
// [Load] reads a file strictly: a key that it does not know is an error with its
// path and line. [Schema] is the JSON Schema of such files, made of the same
// types, for editors.
package cases
