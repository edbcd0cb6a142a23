package main

import "encoding/json"

// A public key, and a token that its private key, which nobody has any more, has
// signed: {"iss":"joe","sub":"alice","exp":4102444800}.
const (
	rsaKeys  = `{"keys":[{"e":"AQAB","kid":"k","kty":"RSA","n":"uGDWG2cYBcTvArYGCARb94l-fYzx36bVKlX-Q2bYkl2l5MqbUiQeKj1kWhVYTw_mkwSXh7MquZTf0YaALWzJy3Ew5GIi6-U0VAfExWWoo4YZI_g-vcEVBTRwX_dF--beZLSIiRkLsP2UIIJAoFfGtR_lg2CGXndmFv1BwfM-_K4oNb7zyfKj5igNle-npopzpzu7kM_pKHuDqT-X9UZzZLMIXs8wX5uXyWiNFL8Z_FRpT84oJSWkDUrguARyBT9ieUxz3LSvaI4kDUZ2gS8j4xDUl968-AgfbCaQp5-PSyjDCjy3EzYuhVj81XaPTCE4wBJSP9ZsLLr0uGD9zGFi3w"}]}`
	rsaToken = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsifQ.eyJpc3MiOiJqb2UiLCJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.r4nX7pb8T6I3Jz1PLUlYywUD7tNeJGyKu9ocoITcQAcFJzs5jrzAZofsR7KtDq1Nk5QB3Y2vG_utcejwfuB1GhaAbrChU1opqRv2zfsZwPbk3DyB7ZcHz0KdpShqmbOOQUuOcWP1Pw-2zHdw1Vz1wKNuHipqRmC-dczEedpBv9GEpyQd8Nn4I5PRzWWwOAHvh_7IOW-PqQsT3K7ys9tM6MI0bC1WdHQ6vrzj6F3EmyRlSLEe2T1pijwMGYngCCU81HnmVs-E2TdODrgmUU1tG3uojT18vZxvDbxI3Fyyx9zjB_TYIkDMXymPSwHvP78IfviFisP8w47YNfBV5MPOxg"
	ecKeys   = `{"keys":[{"crv":"P-256","kid":"k","kty":"EC","x":"rhemXuvJ-tR8ATnwUCONbdURNsbvquqgtTNC1LwEcko","y":"6bV4JiQ68Q_mZKOIyWnbvVyeS1avbgxciLroKPGoKc4"}]}`
	ecToken  = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsifQ.eyJpc3MiOiJqb2UiLCJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.qNOOjRyW4qRUyxVXVAy9Jmj6Jv1Q5PdBc9m4H5y92d1BcKVFrLiROvkvDJMcbJmcKasU4O2ZmF2kQPhtQjm81g"
)

func jwtRSA() entry { return jwt("jwt-auth RS256", rsaKeys, rsaToken) }

func jwtEC() entry { return jwt("jwt-auth ES256", ecKeys, ecToken) }

func jwt(name, keys, token string) entry {
	text, err := json.Marshal(keys)
	if err != nil {
		panic(err) // a string
	}
	return entry{
		name: name, plugin: "jwt-auth", request: get("/get", "Authorization: Bearer "+token),
		config:     `{"consumers":[{"name":"c1","issuer":"joe","jwks":` + string(text) + `}]}`,
		nativeName: "jwt_authn",
		native: typed("jwt_authn.v3.JwtAuthentication", object{
			"providers": object{"p": object{"issuer": "joe", "local_jwks": object{"inline_string": keys}, "forward": true}},
			"rules":     []any{object{"match": object{"prefix": "/"}, "requires": object{"provider_name": "p"}}},
		}),
	}
}

// cors answers a request of an origin that a pattern allows.
func cors() entry {
	return entry{
		name: "cors", plugin: "cors", request: get("/get", "Origin: https://a.example.com"),
		config:     `{"allow_origin_patterns":["https://*.example.com"],"allow_credentials":true}`,
		nativeName: "cors",
		native:     typed("cors.v3.Cors", object{}),
		virtualHost: object{"measured": typed("cors.v3.CorsPolicy", object{
			"allow_origin_string_match": []any{object{"safe_regex": object{"regex": `https://.*\.example\.com`}}},
			"allow_credentials":         true, "allow_methods": "GET,PUT,POST,DELETE,PATCH,OPTIONS", "max_age": "86400",
		})},
	}
}

// trafficTag looks at a header and a parameter.
func trafficTag() entry {
	return entry{
		name: "traffic-tag", plugin: "traffic-tag", request: get("/get?foo=bar", "role: user"),
		config: `{"conditionGroups":[{"headerName":"x-tag","headerValue":"gray","logic":"and","conditions":[` +
			`{"conditionType":"header","key":"role","operator":"in","value":["user","editor"]},{"conditionType":"parameter","key":"foo","operator":"equal","value":["bar"]}]}]}`,
	}
}

// redirect looks at the path of a request that goes on.
func redirect() entry {
	return entry{
		name: "redirect", plugin: "redirect", request: get("/get"),
		config: `{"rules":[{"exact":"/old","to":"/new"},{"regex":"^/user/([0-9]+)$","to":"/users?id=$1"}]}`,
	}
}
