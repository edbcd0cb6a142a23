// Package page holds a plugin's README.md and spec.yaml to what the plugin does:
//
//	func TestReadme(t *testing.T) {
//		page.Test[Config](t, page.Page{Name: "key-auth", Rules: config.OverrideRules})
//	}
//
// A README has this form; other sections may follow:
//
//	# key-auth
//
//	What the plugin does, in a paragraph or more.
//
//	## Configuration
//
//	<!-- configuration: made by sluice schema, do not edit -->
//	<!-- configuration: end -->
//
//	## Usage
//
//	    go run ./cmd/sluice run ./plugins/key-auth
//
//	uses [config.yaml](config.yaml):
//
//	| request | answer | because |
//	|---|---|---|
//	| `curl http://127.0.0.1:10000/get` | 401 `the body` | there is no key |
//
//	## Order
//
//	Phase `AUTHN`, priority 310. …
//
// Between the two comments stands the table that the schema of the configuration
// makes, and the test fails where it is an old one. Every row of Usage whose first
// column is a curl command is sent to the plugin, on all engines, and gets the
// status, and the body where there is one in backquotes. "200 upstream" is the
// backend's answer, "200 plugin" one that the backend has not seen; the second
// column may have both that and a body. Rows run in their order on one gateway. A
// block of YAML under Usage is the configuration of the rows after it, in place of
// config.yaml.
//
// The file spec.yaml says phase and priority, and under configSchema the schema in
// Kubernetes' form; what stands before configSchema is written by hand.
//
// SLUICE_UPDATE=1 makes the test write the table and the schema in place of
// comparing them.
package page
