// Package remote is what a control plane and "sluice agent" agree on. The agent
// stands beside an Envoy on another machine, between it and the control plane:
// it gets Wasm code as a reference, pulls and verifies the module itself, and
// gives Envoy a local file. So an Envoy never fetches code on its own.
//
// The control plane asks HasAgent of the node of a stream's first request. Where
// there is an agent, the code of a VM is not a local file but a Reference:
//
//	vm.Code, err = remote.Reference{URL: module.Reference(), SHA256: module.SHA256}.Encode()
//
// A module that the agent's machine can't reach, such as that of a file:// URL, goes
// as inline bytes, which the agent writes to a file as well: remote.Inline. The rest
// of the resource is as for any Envoy.
//
// The config source of an ECDS filter lists TypeURLs, so that the agent can put a
// filter in the plugin's place that denies all requests (or lets them pass, for
// FAIL_OPEN) while there is no version of it at all.
//
// Failures reads why resources were refused. Where IsPassing is true of a reason, the
// agent couldn't load the module on its machine. It goes on trying, so the control
// plane goes on to want the resource, and doesn't count that as a word of this or
// any other Envoy about it. All other reasons are Envoy's own.
//
// When the agent has loaded it and Envoy runs it, the agent says so: by a request
// with the refused answer's nonce and without an error, if that answer is still the
// last one of its type and nothing else in it is refused; and else by asking for the
// resource again, whose answer it accepts.
//
// The agent speaks delta ADS to the control plane, whatever Envoy speaks. A stream
// is open as long as the Envoy is connected to the agent, and tells the versions
// that this Envoy has accepted. ACK is Envoy's own.
package remote
