package xds

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rbacconfigv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	"google.golang.org/protobuf/proto"
)

// Deny stands in for a plugin of which there is no version that could run: every
// request is answered with 403.
func Deny(name string) (Resource, error) {
	return extension(name, &rbacv3.RBAC{Rules: &rbacconfigv3.RBAC{Action: rbacconfigv3.RBAC_ALLOW}, RulesStatPrefix: "sluice_deny"})
}

// Allow stands in for a plugin that is not to run, or that lets requests pass
// while it can't: it does nothing.
func Allow(name string) (Resource, error) { return extension(name, &rbacv3.RBAC{}) }

// extension names a filter's configuration.
func extension(name string, m proto.Message) (Resource, error) {
	typed, err := wrap(m)
	if err != nil {
		return Resource{}, err
	}
	return NewResource(name, &corev3.TypedExtensionConfig{Name: name, TypedConfig: typed})
}
