package compat

import (
	"net"
	"testing"

	"github.com/tidwall/resp"
)

// fakeRedis serves INCR of one key, and says OK to everything else. It returns
// its address.
func fakeRedis(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	count := make(chan int, 1)
	count <- 0
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn, count)
		}
	}()
	return l.Addr().String()
}

func answer(conn net.Conn, count chan int) {
	defer conn.Close()
	rd, wr := resp.NewReader(conn), resp.NewWriter(conn)
	for {
		command, _, err := rd.ReadValue()
		if err != nil || len(command.Array()) == 0 {
			return
		}
		if name := command.Array()[0].String(); name == "incr" || name == "INCR" {
			n := <-count + 1
			count <- n
			err = wr.WriteInteger(n)
		} else {
			err = wr.WriteSimpleString("OK")
		}
		if err != nil {
			return
		}
	}
}
