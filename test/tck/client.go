package tck

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// network drives an engine that listens for HTTP and, on another port, for TCP.
type network struct {
	httpAddr, tcpAddr string
	up                *Backends
	restart           func() error
	controlTCP        func(command string) (string, error)
	inTCP             bool // the phase that was armed last is one of a connection
}

// hang is how long a client waits for an answer.
const hang = 3 * time.Second

var transport = &http.Transport{DisableKeepAlives: true, DisableCompression: true}

// HasTCP implements Engine.
func (n *network) HasTCP() bool { return n.tcpAddr != "" }

// Restart implements Engine.
func (n *network) Restart() error {
	if n.restart != nil {
		return n.restart()
	}
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err = n.ask("report"); err == nil {
			return nil
		}
	}
	return fmt.Errorf("the plugin at %s is gone and does not come back (Options.Restart is not set): %w", n.httpAddr, err)
}

// Control implements Engine.
func (n *network) Control(command string) (string, error) {
	n.inTCP = ForConnections(command, n.inTCP)
	if n.inTCP && n.controlTCP != nil {
		return n.controlTCP(command)
	}
	return n.ask(command)
}

// ask brings the plugin a command by a request.
func (n *network) ask(command string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.httpAddr+cells.ControlPath+url.PathEscape(command), nil)
	if err != nil {
		return "", err
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(res.Status)
	}
	return string(body), err
}

// Exchange implements Engine.
func (n *network) Exchange(shape Shape) Effects {
	n.up.take()
	client := n.send(shape)
	return Effects{Upstream: n.up.take(), Client: client}
}

func (n *network) send(shape Shape) string {
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	var body io.Reader = strings.NewReader(RequestText)
	if shape.Trailers {
		body = io.MultiReader(body) // hides the length
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+n.httpAddr+Path, body)
	if err != nil {
		return err.Error()
	}
	req.Host = Host
	addAll(req.Header, requestFields)
	if shape.Trailers {
		req.Header.Set("X-C-Shape", "trailers")
		req.Trailer = make(http.Header)
		addAll(req.Trailer, trailerFields)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return failure(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return strconv.Itoa(res.StatusCode) + " and " + failure(err)
	}
	return message(strconv.Itoa(res.StatusCode), pairsOf(res.Header), string(answer), pairsOf(res.Trailer))
}

func failure(err error) string {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return "no answer"
	}
	return "reset"
}

// Connect implements Engine.
func (n *network) Connect(phase string) Effects {
	n.up.take()
	client := n.talk(phase)
	for end := time.Now().Add(time.Second); ; n.Wait() { // the upstream's end comes later
		if seen := n.up.take(); seen != nothing || time.Now().After(end) {
			return Effects{Upstream: seen, Client: client}
		}
	}
}

func (n *network) talk(phase string) string {
	c, err := net.Dial("tcp", n.tcpAddr)
	if err != nil {
		return "refused"
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(hang))
	_, _ = io.WriteString(c, tcpText)
	if phase == cells.TickInTCP { // hosts can't resume a connection; more data does
		time.Sleep(100 * time.Millisecond)
		_, _ = io.WriteString(c, " more")
	}
	buf := make([]byte, 1000)
	got, err := c.Read(buf)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer"
	case err != nil:
		return "closed"
	}
	return strconv.Quote(string(buf[:got]))
}

// Wait implements Engine.
func (n *network) Wait() { time.Sleep(time.Millisecond) }
