package main

import (
	"fmt"
	"strings"
)

func keyAuth() entry {
	return entry{
		name: "key-auth", plugin: "key-auth", request: get("/get", "x-api-key: key-1"),
		config:     `{"keys":["x-api-key"],"in_header":true,"consumers":[{"name":"c1","credential":"key-1"},{"name":"c2","credential":"key-2"}]}`,
		nativeName: "api_key_auth",
		native: typed("api_key_auth.v3.ApiKeyAuth", object{
			"credentials": []any{object{"key": "key-1", "client": "c1"}, object{"key": "key-2", "client": "c2"}},
			"key_sources": []any{object{"header": "x-api-key"}},
			"forwarding":  object{"header": "x-mse-consumer"},
		}),
	}
}

func basicAuth() entry {
	return entry{
		name: "basic-auth", plugin: "basic-auth", request: get("/get", "Authorization: Basic dXNlcjE6dGVzdDE="),
		config:     `{"consumers":[{"name":"c1","credential":"user1:test1"}]}`,
		nativeName: "basic_auth",
		native: typed("basic_auth.v3.BasicAuth", object{
			"users":                   object{"inline_string": "user1:{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw=\n"},
			"forward_username_header": "x-mse-consumer",
		}),
	}
}

func ipRestriction() entry {
	return restriction("ip-restriction", 2)
}

// ipNetworks is ip-restriction with many networks.
func ipNetworks() entry { return restriction("ip-restriction, 1,000 networks", 1000) }

func restriction(name string, networks int) entry {
	var list []string
	var principals []any
	for i := range networks {
		list = append(list, fmt.Sprintf(`"10.%d.%d.0/24"`, i/256, i%256))
		principals = append(principals, object{"direct_remote_ip": object{"address_prefix": fmt.Sprintf("10.%d.%d.0", i/256, i%256), "prefix_len": 24}})
	}
	return entry{
		name: name, plugin: "ip-restriction", request: get("/get"),
		config:     `{"deny":[` + strings.Join(list, ",") + `]}`,
		nativeName: "rbac",
		native: typed("rbac.v3.RBAC", object{"rules": object{"action": "DENY", "policies": object{
			"denied": object{"permissions": []any{object{"any": true}}, "principals": principals},
		}}}),
	}
}

func hmacAuth() entry {
	return entry{
		name: "hmac-auth", plugin: "hmac-auth",
		request: get("/Third/Tools/checkSign", "Accept: application/json", "x-ca-key: appKey", "x-ca-signature: ZpJhkHdtjLTJiR6CJWHL8ikLtPB2z6CoztG21wG3PT4="),
		config:  `{"consumers":[{"name":"c1","key":"appKey","secret":"appSecret"}]}`,
	}
}

// extAuth asks a service about each request.
func extAuth() entry {
	const cluster = "outbound|8090||auth.static"
	return entry{
		name: "ext-auth", plugin: "ext-auth", request: get("/get", "Authorization: Bearer good"),
		config: `{"http_service":{"endpoint_mode":"envoy","endpoint":{"service_name":"auth.static","service_port":8090,"path_prefix":"/auth"},"timeout":5000}}`,
		needs:  &server{cluster: cluster, start: yes},

		nativeName: "ext_authz",
		native: typed("ext_authz.v3.ExtAuthz", object{"http_service": object{
			"server_uri":  object{"uri": "http://auth.static", "cluster": cluster, "timeout": "5s"},
			"path_prefix": "/auth",
		}}),
	}
}
