package remote

// The types of extension configurations that an agent hands to Envoy.
const (
	// WasmType is the plugin.
	WasmType = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"
	// RBACType stands in for a plugin of which there is no version.
	RBACType = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"
)

// TypeURLs are what a filter with config_discovery must list in type_urls.
func TypeURLs() []string { return []string{WasmType, RBACType} }
