package gateway

import (
	"bufio"
	"errors"
	"io"
)

// errUpgradeEnded ends an exchange whose client has closed its side after an
// upgrade.
var errUpgradeEnded = errors.New("the client has closed the upgraded connection")

// startUpgraded feeds what the client sends after the switch of protocols, as
// request body.
func (x *exchange) startUpgraded(r *bufio.Reader) {
	go func() {
		x.readBody(r)
		x.fail(errUpgradeEnded)
	}()
}

// startUpgradedUpstream sends what leaves the chain as request body to the
// upstream, and closes it when the exchange ends.
func (x *exchange) startUpgradedUpstream(rw io.ReadWriteCloser, c *call) {
	go func() { _, _ = io.Copy(rw, c.body) }()
	go func() {
		<-x.ctx.Done()
		_ = rw.Close() // a context doesn't end it any more
		c.body.close()
	}()
}
