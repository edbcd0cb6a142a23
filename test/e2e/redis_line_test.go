package e2e

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// hardPassword has what could break out of a line, a header, JSON or RESP.
const hardPassword = `p@ss w\"ord' $1*2 ?&=%0d%0a ünï`

// TestRedisLine asks several Redis servers in a straight line: login, database,
// TLS, arguments of any bytes, calls at the same time, and everything that can
// go wrong.
func TestRedisLine(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		plain := startRedis(t)
		locked := startRedis(t)
		redisDo(t, locked.port, "ACL SETUSER alice on >s#cret ~* &* +@all", fmt.Sprintf("CONFIG SET requirepass %q", hardPassword))
		secure := startTLSRedis(t)
		liar := startLiar(t)
		// A cluster for each: hosts with Redis calls know one login a cluster.
		config := write(t, "config.yaml", fmt.Sprintf(`
plain: {cluster: plain, timeout: 5000}
patient: {cluster: patient, timeout: 18000}
two: {cluster: two, database: 2}
nowhere: {cluster: nowhere, database: 99}
locked: {cluster: locked, password: %q}
alice: {cluster: alice, username: alice, password: "s#cret", database: 1}
wrong: {cluster: wrong, password: nonsense}
none: {cluster: none}
secure: {cluster: secure, timeout: 3000}
away: {cluster: away}
unknown: {cluster: unknown}
liar: {cluster: liar}
slow: {cluster: slow, timeout: 300}
`, hardPassword))
		args := []string{e.module(t, "test/e2e/testdata/redis-line"), "--config", config, "--no-watch", "--log-level", "error"}
		for name, address := range map[string]string{
			"plain": harness.Addr(plain.port), "patient": harness.Addr(plain.port), "two": harness.Addr(plain.port), "nowhere": harness.Addr(plain.port),
			"locked": harness.Addr(locked.port), "alice": harness.Addr(locked.port), "wrong": harness.Addr(locked.port),
			"none": harness.Addr(locked.port), "secure": "rediss://" + harness.Addr(secure), "liar": liar,
			"away": harness.Addr(harness.FreePort(t)), "slow": harness.Addr(plain.port),
		} {
			args = append(args, "--cluster", name+"="+address)
		}
		s := e.run(t, args...)
		l := line{t, s, e.target != ""}
		l.answers()
		l.refusals()
		if l.bridge {
			l.shares(plain.port)
		}
	})
}

// line is a running redis-line.
type line struct {
	t      *testing.T
	s      *session
	bridge bool
}

func (l line) ask(on, cmd string, args ...string) harness.Reply {
	l.t.Helper()
	return harness.Get(l.t, l.s.url("/?"+url.Values{"on": {on}, "cmd": {cmd}, "arg": args}.Encode()))
}

// is checks the answer to a command.
func (l line) is(want, on, cmd string, args ...string) {
	l.t.Helper()
	if got := l.ask(on, cmd, args...); got.Status != 200 || string(got.Body) != want {
		l.t.Errorf("%s: %s %q: got %s, want %s", on, cmd, args, got, want)
	}
}

func (l line) answers() {
	l.t.Helper()
	l.is(`"OK"`, "plain", "SET", "k", "zero")
	l.is(`"OK"`, "two", "SET", "k", "two")
	l.is(`"zero"`, "plain", "GET", "k")
	l.is(`"two"`, "two", "GET", "k")
	l.is(`null`, "plain", "GET", "no such key")
	l.is(`"OK"`, "locked", "SET", "k", "behind a password")
	l.is(`"behind a password"`, "locked", "GET", "k")
	l.is(`null`, "alice", "GET", "k")
	l.is(`"OK"`, "secure", "SET", "k", "over TLS")
	l.is(`"over TLS"`, "secure", "GET", "k")
	// What would be another command, were it not for its length before it.
	evil := "x\r\nFLUSHALL\r\n*1\r\n$8\r\nFLUSHALL\r\n\x00\xff"
	l.is(`"OK"`, "plain", "SET", evil, evil)
	l.is(fmt.Sprintf("%q", evil), "plain", "GET", evil)
	l.is(`"zero"`, "plain", "GET", "k")
	l.is(`"OK"`, "patient", "SET", "large", "bytes:3000000")
	for range 5 {
		l.is(`3000000 bytes`, "patient", "GET", "large")
	}
	l.is(`["1" ["a" "b"] null]`, "plain", "EVAL", "return {1, {ARGV[1], ARGV[2]}, false}", "0", "a", "b")
}

// fails checks what becomes of a command.
func (l line) fails(status int, want string, on, cmd string, args ...string) {
	l.t.Helper()
	begin := time.Now()
	got := l.ask(on, cmd, args...)
	if !strings.Contains(string(got.Body), want) || status != 0 && got.Status != status {
		l.t.Errorf("%s: %s %q: got %s, want %d %s", on, cmd, args, got, status, want)
	}
	if took := time.Since(begin); took > 4*time.Second {
		l.t.Errorf("%s: %s took %s", on, cmd, took)
	}
	if strings.Contains(string(got.Body), "nonsense") {
		l.t.Errorf("the password is in %s", got)
	}
}

func (l line) refusals() {
	l.t.Helper()
	l.fails(500, "WRONGTYPE", "plain", "LPUSH", "k", "v")
	l.fails(504, "timeout", "slow", "BLPOP", "no such list", "2")
	l.is(`"zero"`, "slow", "GET", "k")
	if !l.bridge { // this host tells no reason, and keeps the connection
		l.fails(503, "refused", "away", "GET", "k")
		l.fails(503, "refused", "wrong", "GET", "k")
		return
	}
	l.fails(504, "timeout (sent: true)", "slow", "BLPOP", "no such list", "2")
	l.fails(503, "refused (sent: false)", "away", "GET", "k")
	l.fails(503, "unknown cluster (sent: false)", "unknown", "GET", "k")
	l.fails(500, "login: ", "wrong", "SET", "k", "v")
	l.fails(500, "WRONGPASS", "wrong", "GET", "k")
	l.fails(500, "login: ", "none", "GET", "k")
	l.fails(500, "DB index is out of range", "nowhere", "SET", "k", "lost")
	l.is(`"zero"`, "plain", "GET", "k")
	l.fails(502, "reset (sent: true)", "liar", "GET", "break")
	l.fails(502, "reset (sent: true)", "liar", "GET", "partial")
	l.fails(502, "protocol (sent: true)", "liar", "GET", "http")
	l.fails(502, "protocol (sent: true)", "liar", "GET", "deep")
	l.fails(502, "protocol (sent: true)", "liar", "GET", "more")
	l.fails(502, "reset (sent: true)", "liar", "GET", "huge")
	l.fails(500, "moved: ", "liar", "GET", "moved")
	l.fails(503, "transaction", "plain", "MULTI")
	l.fails(503, "transaction", "plain", "SUBSCRIBE", "c")
	l.is("33000000 bytes", "patient", "EVAL", "return string.rep('x', 33000000)", "0")
	if got := l.ask("patient", "EVAL", "return string.rep('x', 40000000)", "0"); got.Status != 502 || !strings.Contains(string(got.Body), "larger than the gateway takes") {
		l.t.Errorf("40 MB: got %.300s", got)
	}
	l.is(`"zero"`, "plain", "GET", "k")
}

// shares counts connections: commands that are issued together share one.
func (l line) shares(port int) {
	l.t.Helper()
	before := connections(l.t, port)
	got := harness.Get(l.t, l.s.url("/?on=plain&cmd=INCR&arg=n&times=50"))
	if made := connections(l.t, port) - before - 1; got.Status != 200 || made != 1 {
		l.t.Errorf("50 commands at once: %s, %d connections, want 1", got, made)
	}
	for i, n := range strings.Fields(string(got.Body)) {
		if n != strconv.Quote(strconv.Itoa(i+1)) {
			l.t.Errorf("answer %d is %s", i+1, n)
		}
	}
}

// startTLSRedis starts a Redis that speaks TLS and returns its port.
func startTLSRedis(t *testing.T) int {
	t.Helper()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyBytes, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	harness.WriteFile(t, certFile, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})))
	harness.WriteFile(t, keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyBytes})))
	port := harness.FreePort(t)
	startRedis(t, "--tls-port", strconv.Itoa(port), "--tls-cert-file", certFile, "--tls-key-file", keyFile,
		"--tls-ca-cert-file", certFile, "--tls-auth-clients", "no")
	return port
}

// startLiar starts a server that answers each connection as the key says that is
// asked for, and returns its address.
func startLiar(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	answers := map[string]string{
		"break": "", "partial": "$100\r\nabc", "http": "HTTP/1.1 400 Bad Request\r\n\r\n",
		"deep": strings.Repeat("*1\r\n", 1000) + ":1\r\n+OK\r\n", "more": ":1\r\n:2\r\n:3\r\n+OK\r\n",
		"huge": "*2147483647\r\n:1\r\n", "moved": "-MOVED 866 127.0.0.1:7001\r\n+OK\r\n",
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					if answer, ok := answers[lines.Text()]; ok {
						_, _ = conn.Write([]byte(answer))
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}
