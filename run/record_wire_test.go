package run

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/run/record"
	"github.com/sluiceproxy/sluice/run/replay"
)

// TestRecordHTTP2: exchanges of HTTP/2 on both sides, with trailers in both
// directions, are kept, masked and the same again.
func TestRecordHTTP2(t *testing.T) {
	up := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the upstream was asked in %s", r.Proto)
		}
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Trailer", "X-Sum, X-Token")
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		fmt.Fprintf(w, "%d bytes", len(body))
		w.Header().Set("X-Sum", r.Trailer.Get("X-Digest"))
		w.Header().Set("X-Token", "hush-hush")
	}))
	up.Config.Protocols = new(http.Protocols)
	up.Config.Protocols.SetUnencryptedHTTP2(true)
	up.Start()
	defer up.Close()
	client := &http.Transport{Protocols: new(http.Protocols)}
	client.Protocols.SetUnencryptedHTTP2(true)
	defer client.CloseIdleConnections()
	var list []*http.Request
	for i := range 3 {
		r := request("POST", "http://a.test/upload?n="+strconv.Itoa(i), strings.Repeat("x", 10*i), "Authorization", "Bearer hush-hush")
		r.ContentLength = -1
		r.Trailer = http.Header{"X-Digest": {"sum-" + strconv.Itoa(i)}, "X-Secret": {"hush-hush"}}
		list = append(list, r)
	}
	hello := buildPlugin(t, "hello-world")
	path := recordOn(t, State{Plugins: []Plugin{{Name: "p", Code: hello, Config: []byte(`{"mockEnable":false}`)}},
		Routes: []Route{{Name: "r", Prefix: "/", Cluster: "up"}}, Clusters: []Cluster{{"up", "h2c://" + up.Listener.Addr().String()}}}, client, list...)
	rec := readMasked(t, path, "hush-hush")
	for i, e := range rec.Exchanges {
		sum := "sum-" + strconv.Itoa(i)
		if e.Protocol != "HTTP/2" || e.Upstream == nil || e.Request.Get(":authority") != "a.test" || string(e.Response.Body) != strconv.Itoa(10*i)+" bytes" {
			t.Errorf("%d: %+v", i, e)
			continue
		}
		for side, m := range map[string]record.Message{"request": e.Request, "upstream's request": e.Upstream.Request} {
			if got := fmt.Sprint(m.Trailers); got != "[[x-digest "+sum+"] [x-secret ***]]" {
				t.Errorf("%d: trailers of the %s: %s", i, side, got)
			}
		}
		for side, m := range map[string]record.Message{"response": e.Response, "upstream's response": e.Upstream.Response} {
			if got := fmt.Sprint(m.Trailers); got != "[[x-sum "+sum+"] [x-token ***]]" {
				t.Errorf("%d: trailers of the %s: %s", i, side, got)
			}
		}
	}
	r, err := replay.Run(t.Context(), replay.Options{Recording: rec, New: hello})
	if err != nil || len(r.Different) != 0 || r.Exchanges != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	other, err := replay.Run(t.Context(), replay.Options{Recording: rec, New: hello, Config: []byte(`{"mockEnable":true}`)})
	if err != nil || len(other.Different) != 3 {
		t.Errorf("a plugin that answers by itself: %+v, %v", other, err)
	}
}

// readMasked reads a recording in which a secret must not be.
func readMasked(t *testing.T, path string, secret string) *record.Recording {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.Index(string(text), secret); i >= 0 {
		t.Errorf("%q is in the recording: …%s", secret, text[max(0, i-80):i+20])
	}
	rec, err := record.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestRecordRedis: commands and answers are kept without the password, whether the
// plugin calls Redis by the host's own functions or through the bridge that stock
// Envoy needs; they are answered from the recording, and what differs is told.
func TestRecordRedis(t *testing.T) {
	for _, way := range []struct {
		name   string
		target build.Target
		bridge bool
	}{{"natively", build.Embedded, false}, {"by the bridge", build.Envoy, true}} {
		t.Run(way.name, func(t *testing.T) {
			b, err := build.Build(t.Context(), build.Options{Dir: filepath.Join("..", "plugintest", "internal", "probe"), Target: way.target,
				Output: filepath.Join(t.TempDir(), "main.wasm")})
			if err != nil {
				t.Fatal(err)
			}
			if build.UsesRedisBridge(b.Code) != way.bridge {
				t.Fatalf("the module uses the bridge: %v", !way.bridge)
			}
			up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, "count "+r.Header.Get("X-Redis"))
			}))
			defer up.Close()
			redis, asked := startRedis(t)
			path := recordOn(t, State{Plugins: []Plugin{{Name: "p", Code: b.Code, Config: []byte(`{"redis":true}`)}},
				Routes:   []Route{{Name: "r", Prefix: "/", Cluster: "up"}},
				Clusters: []Cluster{{"up", up.Listener.Addr().String()}, {"outbound|6379||redis.static", "redis://" + redis}}},
				http.DefaultTransport, request("GET", "http://a.test/one", "", "X-Do", "redis"), request("GET", "http://a.test/two", "", "X-Do", "redis"))
			rec := readMasked(t, path, "secret")
			if asked.Load() == 0 || len(rec.Exchanges) != 2 {
				t.Fatalf("Redis was asked %d times in %d exchanges", asked.Load(), len(rec.Exchanges))
			}
			for i, e := range rec.Exchanges {
				want := strconv.Itoa(i + 1)
				if len(e.Callouts) != 1 || string(e.Response.Body) != "count "+want {
					t.Fatalf("%+v", e)
				}
				c := e.Callouts[0]
				query, reply := string(c.Query), string(c.Reply)
				if c.Cluster != "outbound|6379||redis.static" || c.Shared {
					t.Errorf("%+v", c)
				}
				if !strings.Contains(strings.ToLower(query), "$4\r\nincr\r\n$5\r\nprobe\r\n") || !strings.Contains(reply, ":"+want+"\r\n") {
					t.Errorf("%q answered by %q", query, reply)
				}
			}
			before := asked.Load()
			r, err := replay.Run(t.Context(), replay.Options{Recording: rec, New: b.Code})
			if err != nil || len(r.Different) != 0 {
				t.Errorf("the same plugin: %+v, %v", r, err)
			}
			if asked.Load() != before {
				t.Error("the replay has asked Redis")
			}
			rec.Exchanges[1].Callouts = nil
			r, err = replay.Run(t.Context(), replay.Options{Recording: rec, New: b.Code})
			if err != nil || len(r.Different) != 1 || r.Different[0].Exchange != 2 || len(r.Different[0].Unknown) != 1 {
				t.Errorf("without an answer: %+v, %v", r, err)
			}
		})
	}
}

// startRedis is a Redis that counts, and how often it was asked to.
func startRedis(t *testing.T) (address string, asked *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	asked = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveRedis(c, asked)
		}
	}()
	return l.Addr().String(), asked
}

func serveRedis(c net.Conn, asked *atomic.Int64) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		var parts int
		if _, err := fmt.Fscanf(in, "*%d\r\n", &parts); err != nil {
			return
		}
		var words []string
		for range parts {
			var size int
			if _, err := fmt.Fscanf(in, "$%d\r\n", &size); err != nil {
				return
			}
			word := make([]byte, size+2)
			if _, err := io.ReadFull(in, word); err != nil {
				return
			}
			words = append(words, strings.ToUpper(string(word[:size])))
		}
		switch words[0] {
		case "INCR":
			fmt.Fprintf(c, ":%d\r\n", asked.Add(1))
		case "QUIT":
			_, _ = io.WriteString(c, "+OK\r\n")
			return
		default:
			_, _ = io.WriteString(c, "+OK\r\n")
		}
	}
}
