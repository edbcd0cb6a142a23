// Package remote is what a control plane and "sluice agent" agree on. The agent
// stands beside an Envoy on another machine, between it and the control plane:
// it gets Wasm code as a reference, pulls and verifies the module itself, and
// gives Envoy a local file. So an Envoy never fetches code on its own.
//
// The control plane does three things:
//
//   - It asks HasAgent of the node of a stream's first request. Where there is an
//     agent, the VM's code is not a local file but a Reference:
//
//     code, err := remote.Reference{
//     URL:    "oci://registry.example/team/plugin@sha256:…",
//     SHA256: module.SHA256,
//     }.Encode()
//     vm.Code = code
//
//     A module that the agent's machine can't reach, such as that of a file://
//     URL, goes as inline bytes, which the agent writes to a file as well:
//     remote.Inline(bytes). Everything else of the resource is as for any Envoy.
//
//   - The config source of an ECDS filter lists TypeURLs, so that the agent can put
//     a filter in the plugin's place that denies all requests (or lets them pass,
//     for FAIL_OPEN) while there is no version of it at all.
//
//   - It reads why a resource was refused with Failures(req.GetErrorDetail()). A later request with
//     the same nonce and without an error says that the agent tried again and that
//     it works now: a refusal is not the last word.
//
// The agent speaks delta ADS to the control plane, whatever Envoy speaks, and sends
// no versions that it knows from before: a new stream gets everything once. A stream
// is open as long as the Envoy is connected to the agent. ACK and NACK are Envoy's
// own, or NACK for what the agent couldn't load; what was good keeps serving.
package remote
