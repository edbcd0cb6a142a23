package run

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/run/record"
	"github.com/sluiceproxy/sluice/run/replay"
)

// recordTraffic runs a plugin with a recorder, sends requests and returns the file.
func recordTraffic(t *testing.T, code []byte, config string, requests ...*http.Request) string {
	t.Helper()
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Set-Cookie", "session=hush-hush")
		w.Header().Set("X-Service", "sesame-key")
		_, _ = io.WriteString(w, "you sent "+string(body))
	}))
	defer up.Close()
	const name = "outbound|80||httpbin.static"
	return recordOn(t, State{Plugins: []Plugin{{Name: "p", Code: code, Config: []byte(config)}},
		Routes:   []Route{{Name: "r", Prefix: "/", Cluster: name}},
		Clusters: []Cluster{{name, up.Listener.Addr().String()}}}, http.DefaultTransport, requests...)
}

// recordOn is recordTraffic for what there is and how it is reached.
func recordOn(t *testing.T, state State, client http.RoundTripper, requests ...*http.Request) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "traffic.jsonl")
	recorder, err := record.New(record.Options{Path: path, MaxBody: 1000, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	e := Embedded()
	if err := e.Start(t.Context(), Setup{State: state, Listen: "127.0.0.1:0", LogLevel: "off", Recorder: recorder}); err != nil {
		t.Fatal(err)
	}
	for _, r := range requests {
		r.URL.Scheme, r.URL.Host, r.RequestURI = "http", e.Addr(), ""
		res, err := client.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	if err := errors.Join(e.Close(), recorder.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func buildPlugin(t *testing.T, name string) []byte {
	t.Helper()
	r, err := build.Build(t.Context(), build.Options{Dir: filepath.Join("..", "plugins", name), Output: filepath.Join(t.TempDir(), "main.wasm")})
	if err != nil {
		t.Fatal(err)
	}
	return r.Code
}

func request(method, target, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// TestRecordAndReplay: what passes is kept without secrets, the same plugin does
// the same again, and another one does not.
func TestRecordAndReplay(t *testing.T) {
	hello := buildPlugin(t, "hello-world")
	path := recordTraffic(t, hello, `{"mockEnable":false,"apiKey":"sesame-key"}`,
		request("GET", "http://a.test/x?api_key=hush-hush&b=2", "", "Authorization", "Bearer hush-hush", "Cookie", "a=hush-hush", "X-Plain", "seen"),
		request("POST", "http://a.test/form", `{"user":"ann","password":"hush-hush"}`, "Content-Type", "application/json"),
		request("POST", "http://a.test/long", strings.Repeat("x", 5000)))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hush-hush", "sesame-key"} {
		if i := strings.Index(string(text), secret); i >= 0 {
			t.Errorf("%q is in the recording: …%s", secret, text[max(0, i-60):i+20])
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	rec, err := record.ReadFile(path)
	if err != nil || len(rec.Exchanges) != 3 || len(rec.Chains) != 1 {
		t.Fatalf("%+v, %v", rec, err)
	}
	first, long := rec.Exchanges[0], rec.Exchanges[2]
	if first.Request.Get("x-plain") != "seen" || first.Upstream == nil || first.Upstream.Request.Get("hello") != "world" || first.Response.Status() != 200 {
		t.Errorf("%+v", first)
	}
	if long.Request.Size != 5000 || len(long.Request.Body) != 1000 || long.Upstream.Request.Size != 5000 || long.Response.Size != 5009 {
		t.Errorf("kept %d of %d, %d, %d", len(long.Request.Body), long.Request.Size, long.Upstream.Request.Size, long.Response.Size)
	}
	same, err := replay.Run(t.Context(), replay.Options{Recording: rec, New: hello})
	if err != nil || len(same.Different) != 0 || same.Exchanges != 3 || len(same.Notes) != 2 {
		t.Errorf("the same plugin: %+v, %v", same, err)
	}
	mock, err := replay.Run(t.Context(), replay.Options{Recording: rec, Old: hello, New: hello, Config: []byte(`{"mockEnable":true}`)})
	if err != nil || len(mock.Different) != 0 {
		t.Errorf("the same plugin beside itself: %+v, %v", mock, err)
	}
	other, err := replay.Run(t.Context(), replay.Options{Recording: rec, New: hello, Config: []byte(`{"mockEnable":true}`)})
	if err != nil || len(other.Different) != 3 || other.Different[0].Parts[0] != (replay.Part{What: "request to the upstream", Old: "sent", New: "not sent"}) {
		t.Errorf("a plugin that answers by itself: %+v, %v", other, err)
	}
}

// TestRecordCallouts: a plugin's calls are part of their exchange, and are answered
// from the recording.
func TestRecordCallouts(t *testing.T) {
	code := buildPlugin(t, "http-call")
	config, err := ReadConfig(filepath.Join("..", "plugins", "http-call", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	path := recordTraffic(t, code, string(config), request("GET", "http://a.test/one", ""), request("GET", "http://a.test/two", ""))
	rec, err := record.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range rec.Exchanges {
		if len(e.Callouts) != 1 || e.Callouts[0].Response.Status() != 200 {
			t.Errorf("%s: callouts %+v", e.Request.Get(":path"), e.Callouts)
		}
	}
	r, err := replay.Run(t.Context(), replay.Options{Recording: rec, New: code})
	if err != nil || len(r.Different) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	rec.Exchanges[0].Callouts = nil
	r, err = replay.Run(t.Context(), replay.Options{Recording: rec, New: code})
	if err != nil || len(r.Different) != 1 || len(r.Different[0].Unknown) != 1 {
		t.Errorf("without the recorded answer: %+v, %v", r, err)
	}
}

// TestRecordNeedsEmbedded: another engine can't.
func TestRecordNeedsEmbedded(t *testing.T) {
	err := Run(context.Background(), Options{Engine: &fakeEngine{}, Source: ".", Record: &record.Options{Path: filepath.Join(t.TempDir(), "r")}})
	if err == nil || !strings.Contains(err.Error(), "only the embedded engine records") {
		t.Error(err)
	}
}
