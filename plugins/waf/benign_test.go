package main

import (
	"net/url"
	"strconv"

	"github.com/sluiceproxy/sluice/plugintest"
)

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// agents are browsers' and clients' names.
func agents() []string {
	return []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
		"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"okhttp/4.12.0", "Go-http-client/1.1", "curl/8.5.0", "PostmanRuntime/7.46.0",
	}
}

// pages are targets as browsers ask for them.
func pages() []string {
	return []string{
		"/", "/index.html", "/favicon.ico", "/robots.txt", "/static/app.3f2a9c.js", "/static/css/main.css?v=1.2.3",
		"/img/logo@2x.png", "/a%2Fb/c", "/files/My%20Report%20(final).pdf", "/caf%C3%A9/men%C3%BC", "/%E6%97%A5%E6%9C%AC%E8%AA%9E/",
		"/api/v1/projects/group%2Fproject/issues?state=opened&per_page=100", "/wiki/C%2B%2B", "/wiki/Select_(SQL)", "/~jane/",
		"/users/42/orders?from=2025-01-01&to=2025-12-31", "/search?q=how+to+cook+rice", "/search?q=O%27Brien", "/search?q=rock+%26+roll",
		"/search?q=100%25+cotton", "/search?q=C%23+vs+Java", "/search?q=%C3%BCber+uns", "/search?q=%F0%9F%8D%95+near+me",
		"/search?q=tom+and+jerry&page=2&sort=-date", "/items?filter[color]=red&filter[size]=xl&ids[]=1&ids[]=2", "/items?fields=id,name,price&limit=50",
		"/cb?code=4%2F0AfJohXk9_2bQ&state=eyJyIjoiL2hvbWUifQ%3D%3D&scope=openid+email", "/go?next=%2Faccount%2Fsettings%3Ftab%3Dmail",
		"/map?ll=52.5200,13.4050&z=12", "/p?utm_source=news&utm_medium=email&utm_campaign=spring-sale_2025&gclid=Cj0KCQjw_abc-123",
		"/feed.xml", "/.well-known/security.txt", "/v2/library/nginx/manifests/1.27", "/t?ts=2025-11-03T10:15:30%2B01:00", "/a;v=1/b", "/?empty=&flag",
		"/report?id=6f9619ff-8b86-d011-b42d-00cf4fc964ff", "/convert?amount=12.50&from=EUR&to=USD", "/price?range=10..20", "/calc?x=1&y=-2&z=3.5e10",
	}
}

// texts are what people write into forms.
func texts() []string {
	return []string{
		"Jane Doe", "O'Brien", "Miles O'Brien & Sons", "D'Angelo", "José Núñez", "Zoë Müller-Lüdenscheidt", "Søren Kierkegård", "李小龍", "Владимир", "محمد", "Ψαρράς",
		"jane.doe+news@example.com", "+49 (0)30 1234-567", "221B Baker Street, London", "It's 5 o'clock; let's go!", "Please select a table for two from the list.",
		"The union of workers met in March", "I'd like to order 2 pizzas.", "Price: $12.99 (incl. 19% VAT)", "1/2 cup of sugar", "a < b and b > c", "AT&T",
		"https://example.com/blog/2025/11/hello-world?ref=home#top", "Thanks!\r\n\r\nBest regards,\r\nJane", "50% off - today only!", "100", "-3.14", "2025-11-03", "12:30",
		"correct horse battery staple", "#hashtag @mention", "🙂 great product 👍", "C:\\Users\\Jane\\Documents", "Drop me a line", "Where is the update from last week?",
		"He said \"hello\" to me", "Johnson & Johnson", "What's new?", "Qu'est-ce que c'est", "Rock 'n' Roll", "script for the school play", "version 1.2.3-beta+5", "~ 20 km",
	}
}

// documents are bodies of JSON APIs.
func documents() []string {
	return []string{
		`{}`, `[]`, `[1,2,3]`, `{"id":1,"name":"Jane","tags":["a","b"],"active":true,"parent":null}`, `{"name":"O'Brien","city":"Köln"}`,
		`{"jsonrpc":"2.0","method":"eth_blockNumber","params":[],"id":1}`, `[{"op":"replace","path":"/name","value":"Jane"},{"op":"remove","path":"/tags/0"}]`,
		`{"model":"small","messages":[{"role":"user","content":"Write a poem about the sea."}],"temperature":0.7,"stream":true}`,
		`{"amount":{"value":1250,"currency":"EUR"},"items":[{"sku":"A-1","qty":2},{"sku":"B/2","qty":1}]}`, `{"at":"2025-11-03T10:15:30+01:00","url":"https://example.com/a?b=c"}`,
		`{"text":"\u00fcber \ud83d\ude42\nsecond line"}`, `{"token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"}`, `{"events":[{"type":"click","x":10,"y":-2.5},{"type":"scroll","dy":1e3}]}`,
		`{"filter":{"and":[{"field":"age","gte":18},{"field":"country","in":["DE","FR"]}]},"sort":["-created"],"page":{"size":50}}`,
	}
}

// queries are those of GraphQL.
func queries() []string {
	return []string{
		`{"query":"query User($id: ID!) { user(id: $id) { name email posts(first: 10) { edges { node { title } } } } }","variables":{"id":"42"}}`,
		`{"query":"mutation { addStar(input: {starrableId: \"MDEw\"}) { starrable { id } } }"}`,
		`{"query":"query($first: Int!) { posts(first: $first) { id } }","variables":{"first":10}}`,
		`{"operationName":"Home","query":"{ me { id } }","variables":{}}`,
	}
}

// cookies are those of sites that measure and keep sessions.
func cookies() []string {
	return []string{
		"sid=4f1c9a0be2; theme=dark", "_ga=GA1.2.1234567890.1730000000; _gid=GA1.2.987654321.1730600000", "session=eyJ1c2VyIjo0Mn0.ZyX1.a-b_c; lang=de-DE",
		"cart=%7B%22items%22%3A%5B1%2C2%5D%7D", "name=O%27Brien", "consent=analytics:true|ads:false; tz=Europe/Berlin", "JSESSIONID=0000A1B2C3D4E5F6:-1", "csrftoken=abcDEF123==",
		"__Host-id=a.b-c_d~e; last_seen=2025-11-03T10:15:30Z",
	}
}

// typed is a request with a body.
func typed(name, method, kind, body string) sample {
	return sample{name: name, Request: plugintest.Request{
		Method: method, Path: "/api/v1/things", Body: body,
		Headers: plugintest.Headers{{"user-agent", agents()[0]}, {"accept", "*/*"}, {"content-type", kind}},
	}}
}

func got(name, method, path string, more ...[2]string) sample {
	h := plugintest.Headers{{"user-agent", agents()[0]}, {"accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, {"accept-language", "de-DE,de;q=0.9,en;q=0.8"}, {"accept-encoding", "gzip, deflate, br, zstd"}}
	return sample{name: name, Request: plugintest.Request{Method: method, Path: path, Headers: append(h, more...)}}
}

// upload is a form with a file in it.
func upload(file, kind, content string) sample {
	body := "--XbOuNd7\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHolidays\r\n" +
		"--XbOuNd7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file + "\"\r\nContent-Type: " + kind + "\r\n\r\n" + content + "\r\n--XbOuNd7--\r\n"
	return typed("upload", "POST", "multipart/form-data; boundary=XbOuNd7", body)
}

// benign are requests that no rule of paranoia level 1 may refuse.
func benign() (all []sample) {
	add := func(s ...sample) { all = append(all, s...) }
	for _, page := range pages() {
		add(got("page", "GET", page))
	}
	for _, agent := range agents() {
		s := got("agent", "GET", "/")
		s.Headers[0][1] = agent
		add(s)
	}
	for _, text := range texts() {
		add(got("text in a query", "GET", "/search?lang=en&q="+url.QueryEscape(text)),
			typed("form", "POST", formType, url.Values{"name": {text}, "agree": {"on"}}.Encode()),
			typed("text in JSON", "POST", jsonType, `{"text":`+strconv.Quote(text)+`}`))
	}
	for _, document := range documents() {
		add(typed("document", "POST", jsonType, document))
	}
	for _, query := range queries() {
		s := typed("GraphQL", "POST", jsonType, query)
		s.Path = "/graphql"
		add(s)
	}
	for _, cookie := range cookies() {
		add(got("cookie", "GET", "/account", [2]string{"cookie", cookie}))
	}
	for _, method := range []string{"HEAD", "OPTIONS", "DELETE"} {
		add(got("method", method, "/api/v1/things/42"))
	}
	for _, method := range []string{"PUT", "PATCH"} {
		add(typed("method", method, jsonType, `{"name":"Jane"}`), typed("method", method, formType, "name=Jane"))
	}
	add(typed("type", "PATCH", "application/merge-patch+json", `{"name":null}`), typed("type", "POST", "text/plain", "hello"),
		typed("type", "POST", "application/xml", `<?xml version="1.0"?><order id="1"><item>Pen</item></order>`), typed("type", "POST", jsonType+"; charset=utf-8", `{"a":1}`),
		typed("type", "PUT", "application/octet-stream", "\x00\x01\x02\xff\xfe"))
	add(upload("photo.jpg", "image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00"), upload("notes.txt", "text/plain", "Milk\nBread\n"), upload("résumé 2025.pdf", "application/pdf", "%PDF-1.7\n%\xe2\xe3"),
		upload("", "application/octet-stream", ""), upload("data.csv", "text/csv", "id,name\n1,Jane\n2,O'Brien\n"))
	add(got("preflight", "OPTIONS", "/api", [2]string{"origin", "https://app.test"}, [2]string{"access-control-request-method", "PUT"}, [2]string{"access-control-request-headers", "authorization,content-type"}),
		got("referer", "GET", "/", [2]string{"referer", "https://www.example.com/search?q=pizza&hl=de"}), got("token", "GET", "/api", [2]string{"authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"}),
		got("range", "GET", "/video.mp4", [2]string{"range", "bytes=0-1023"}), got("conditional", "GET", "/", [2]string{"if-none-match", `W/"abc-123"`}),
		got("trace", "GET", "/", [2]string{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}), got("long", "GET", "/list?"+long()))
	return all
}

// long is a query of some hundred parameters.
func long() string {
	q := url.Values{}
	for i := range 200 {
		q.Set("field"+strconv.Itoa(i), "value number "+strconv.Itoa(i*i))
	}
	return q.Encode()
}
