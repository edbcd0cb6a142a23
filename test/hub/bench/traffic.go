package main

// always is a fraction of all requests.
func always() object {
	return object{"default_value": object{"numerator": 100, "denominator": "HUNDRED"}}
}

// keyRateLimit counts a key. Envoy's filter counts all requests together.
func keyRateLimit() entry {
	return entry{
		name: "key-rate-limit", plugin: "key-rate-limit", request: get("/get?apikey=key-1"),
		config:     `{"limit_by_param":"apikey","limit_keys":[{"key":"key-1","query_per_second":10000000}]}`,
		nativeName: "local_ratelimit",
		native: typed("local_ratelimit.v3.LocalRateLimit", object{
			"stat_prefix":    "limit",
			"token_bucket":   object{"max_tokens": 10000000, "tokens_per_fill": 10000000, "fill_interval": "1s"},
			"filter_enabled": always(), "filter_enforced": always(),
		}),
	}
}

// keyRateLimitEach counts each value, in the table of a fixed size.
func keyRateLimitEach() entry {
	e := keyRateLimit()
	e.name = "key-rate-limit, each value"
	e.config = `{"limit_by_per_param":"apikey","limit_keys":[{"key":"*","query_per_second":10000000}]}`
	e.native, e.nativeName = nil, ""
	return e
}

// requestBlock looks for texts in the path.
func requestBlock() entry {
	return entry{
		name: "request-block", plugin: "request-block", request: get("/get?a=1"),
		config:     `{"block_urls":["swagger.html","/actuator"]}`,
		nativeName: "rbac",
		native: typed("rbac.v3.RBAC", object{"rules": object{"action": "DENY", "policies": object{
			"denied": object{"principals": []any{object{"any": true}}, "permissions": []any{
				object{"url_path": object{"path": object{"contains": "swagger.html"}}},
				object{"url_path": object{"path": object{"contains": "/actuator"}}},
			}},
		}}}),
	}
}

// transformer removes a request header and adds another one.
func transformer() entry {
	return entry{
		name: "transformer", plugin: "transformer", request: get("/get", "x-internal: 1"),
		config:     `{"reqRules":[{"operate":"remove","headers":[{"key":"x-internal"}]},{"operate":"replace","headers":[{"key":"x-added","newValue":"1"}]}]}`,
		nativeName: "header_mutation",
		native: typed("header_mutation.v3.HeaderMutation", object{"mutations": object{"request_mutations": []any{
			object{"remove": "x-internal"},
			object{"append": object{"header": object{"key": "x-added", "value": "1"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}},
		}}}),
	}
}

// customResponse looks at the status of a response that stays as it is.
func customResponse() entry {
	return entry{
		name: "custom-response", plugin: "custom-response", request: get("/get"),
		config: `{"rules":[{"enable_on_status":[404],"body":"not here"},{"enable_on_status":["5xx"],"body":"later"}]}`,
	}
}

// clusterKeyRateLimit counts a key in Redis, through the bridge. Envoy's filter
// for such limits asks a service, which would be measured with it.
func clusterKeyRateLimit() entry {
	return entry{
		name: "cluster-key-rate-limit", plugin: "cluster-key-rate-limit", request: get("/get?apikey=key-1"),
		config: `{"rule_name":"r","redis":{"service_name":"redis.dns","timeout":5000},` +
			`"rule_items":[{"limit_by_param":"apikey","limit_keys":[{"key":"key-1","query_per_second":10000000}]}]}`,
		needs: &server{cluster: "outbound|6379||redis.dns", redis: true, start: redis},
	}
}
