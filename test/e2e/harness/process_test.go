package harness

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// play is what the test binary does as the program that a test starts.
func play(role string) {
	switch role {
	case "exit 3":
		fmt.Println("leaving")
		os.Exit(3)
	case "serve":
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		fmt.Printf("listening on %s.\n", l.Addr())
		panic(http.Serve(l, http.NotFoundHandler()))
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("deaf")
		time.Sleep(time.Minute)
	}
}

// player returns the command that plays role.
func player(t testing.TB, role string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "HARNESS_ROLE="+role)
	return cmd
}

func TestProcessIsGoneAfterItsTest(t *testing.T) {
	var pid int
	r := record(t, func(t testing.TB) {
		p := Start(t, player(t, "serve"))
		p.WaitOutput("listening on", 20*time.Second)
		pid = p.Pid()
	})
	if r.failed {
		t.Fatal(r.log.String())
	}
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Signal(syscall.Signal(0))
	}
	if !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("process %d is still there: %v", pid, err)
	}
}

func TestProcessWaitHTTP(t *testing.T) {
	p := Start(t, player(t, "serve"))
	p.WaitOutput(".\n", 20*time.Second)
	address := strings.TrimSuffix(strings.Fields(p.Output())[2], ".")
	p.WaitHTTP("http://"+address, 20*time.Second, func(r Reply) bool { return r.Status == http.StatusNotFound })
	p.Stop()
	p.Stop() // a second time does nothing
}

func TestProcessThatEndsFailsAtOnce(t *testing.T) {
	begin := time.Now()
	url := URL(FreePort(t), "/")
	record(t, func(t testing.TB) {
		Start(t, player(t, "exit 3")).WaitHTTP(url, time.Minute, nil)
	}).wantFailure(t, "the process ended", "leaving")
	record(t, func(t testing.TB) {
		Start(t, player(t, "exit 3")).WaitOutput("never", time.Minute)
	}).wantFailure(t, `without writing "never"`)
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("took %s, as if it waited for the timeout", took)
	}
}

func TestProcessWait(t *testing.T) {
	p := Start(t, player(t, "exit 3"))
	if code := p.Wait(20 * time.Second); code != 3 {
		t.Errorf("exit code: got %d, want 3", code)
	}
	<-p.Done()
	record(t, func(t testing.TB) {
		Start(t, player(t, "serve")).Wait(10 * time.Millisecond)
	}).wantFailure(t, "still runs after 10ms")
}

func TestStartOfNothing(t *testing.T) {
	record(t, func(t testing.TB) { Start(t, exec.Command("/does/not/exist")) }).wantFailure(t, "/does/not/exist")
}
