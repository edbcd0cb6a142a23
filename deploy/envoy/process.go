package envoy

import (
	"bufio"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// maxLogLine bounds one line of output; a longer one is cut into several.
const maxLogLine = 256 << 10

// process is a running child whose output is read line by line.
type process struct {
	pid  int
	done chan struct{} // closed when it is gone and all its output is handled
	err  error         // why it ended; set before done is closed
}

// startProcess runs the command. stdout and stderr are called with each line,
// without its line break, on one goroutine each.
func startProcess(path string, args []string, stdout, stderr func([]byte)) (*process, error) {
	cmd := exec.Command(path, args...)
	detach(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	errOut, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel's signal for a dead parent is tied to the thread that
		// forked, so that thread stays with this goroutine to the end.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		var wg sync.WaitGroup
		wg.Add(2)
		go func() { defer wg.Done(); readLines(out, stdout) }()
		go func() { defer wg.Done(); readLines(errOut, stderr) }()
		wg.Wait()
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// readLines calls f for each line until r ends.
func readLines(r io.Reader, f func([]byte)) {
	br := bufio.NewReaderSize(r, maxLogLine)
	for {
		line, err := br.ReadSlice('\n')
		if n := len(line); n > 0 && line[n-1] == '\n' {
			f(line[:n-1])
		} else if n > 0 {
			f(line)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// stop asks the process to end, kills it after grace, and returns when it is gone.
func (p *process) stop(grace time.Duration) {
	select {
	case <-p.done:
		return
	default:
	}
	terminate(p.pid)
	select {
	case <-p.done:
	case <-time.After(grace):
		killGroup(p.pid)
		<-p.done
	}
}
