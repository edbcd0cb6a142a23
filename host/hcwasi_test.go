package host

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWASI(t *testing.T) {
	now := time.Now()
	r := newRig(t, VMOptions{Env: map[string]string{"B": "2", "A": "one"}, Now: func() time.Time { return now }})
	r.vm.o.Worker.Do(func() {
		do := func(name string, args ...uint64) Status { return r.do(&r.p.scope, name, args...) }
		const ok, bad = outAddr, uint64(huge)
		for _, c := range []struct {
			name string
			args []uint64
			want Status
		}{
			{"environ_sizes_get", []uint64{ok, ok + 4}, 0}, {"environ_sizes_get", []uint64{bad, ok}, errnoFault},
			{"environ_get", []uint64{ok, bad - 3}, errnoFault}, {"environ_get", []uint64{bad, ok}, errnoFault},
			{"args_sizes_get", []uint64{ok, ok + 4}, 0}, {"args_sizes_get", []uint64{ok, bad}, errnoFault}, {"args_get", []uint64{bad, bad}, 0},
			{"clock_time_get", []uint64{0, 0, ok}, 0}, {"clock_time_get", []uint64{1, 0, ok}, 0}, {"clock_time_get", []uint64{2, 0, ok}, errnoNotSup}, {"clock_time_get", []uint64{0, 0, bad}, errnoFault},
			{"clock_res_get", []uint64{1, ok}, 0}, {"clock_res_get", []uint64{2, ok}, errnoNotSup}, {"clock_res_get", []uint64{0, bad}, errnoFault},
			{"random_get", []uint64{ok, 8}, 0}, {"random_get", []uint64{bad, 8}, errnoFault}, {"random_get", []uint64{0, maxRandom + 1}, errnoInval}, {"random_get", []uint64{ok, 0}, 0},
			{"sched_yield", nil, 0}, {"poll_oneoff", []uint64{0, 0, 0, ok}, 0}, {"poll_oneoff", []uint64{0, 0, 0, bad}, errnoFault},
			{"fd_read", []uint64{0, 0, 0, 0}, errnoNoSys}, {"fd_seek", []uint64{1, 0, 0, 0}, 0}, {"fd_close", []uint64{1}, 0},
			{"fd_fdstat_get", []uint64{1, ok}, 0}, {"fd_fdstat_get", []uint64{0, ok}, errnoBadF}, {"fd_fdstat_set_flags", []uint64{1, 0}, errnoNoSys},
			{"fd_prestat_get", []uint64{3, ok}, errnoBadF}, {"fd_prestat_dir_name", []uint64{3, ok, 1}, errnoNoSys},
			{"path_open", []uint64{3, 0, 0, 0, 0, 0, 0, 0, ok}, errnoNoEnt}, {"path_filestat_get", []uint64{3, 0, 0, 0, ok}, errnoNotSup},
			{"fd_readdir", []uint64{3, 0, 0, 0, ok}, errnoNotDir}, {"fd_readdir", []uint64{3, 0, 0, 0, bad}, errnoFault},
			{"fd_renumber", []uint64{1, 2}, errnoNotSup}, {"fd_renumber", []uint64{1, 3}, errnoBadF}, {"fd_tell", []uint64{1, ok}, 0}, {"fd_tell", []uint64{1, bad}, errnoFault}, {"fd_tell", []uint64{4, ok}, errnoBadF},
			{"fd_sync", []uint64{1}, 0}, {"fd_sync", []uint64{9}, errnoBadF}, {"sock_accept", []uint64{3, 0, ok}, errnoNotSup},
			{"fd_filestat_get", []uint64{1, ok}, errnoBadF},
		} {
			if got := do(c.name, c.args...); got != c.want {
				t.Errorf("%s%v = %d, want %d", c.name, c.args, got, c.want)
			}
		}
		do("environ_sizes_get", ok, ok+4)
		if r.word(ok) != 2 || r.word(ok+4) != 10 {
			t.Errorf("environment: %d entries, %d bytes", r.word(ok), r.word(ok+4))
		}
		do("environ_get", ok, ok+64)
		if b, _ := r.vm.mem.Read(outAddr+64, 10); string(b) != "A=one\x00B=2\x00" || r.word(ok+4) != outAddr+64+6 {
			t.Errorf("environment %q", b)
		}
		do("clock_time_get", 0, 0, ok)
		if v, _ := r.vm.mem.ReadUint64Le(outAddr); v != uint64(now.UnixNano()) {
			t.Errorf("clock %d", v)
		}
	})
}

func TestOutputBecomesLines(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		write := func(fd uint64, parts ...string) Status {
			var vectors []byte
			for i, p := range parts {
				at, n := r.str(2+i, p)
				for _, v := range []uint64{at, n} {
					vectors = append(vectors, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
				}
			}
			return r.do(&r.p.scope, "fd_write", fd, r.put(0, vectors), uint64(len(parts)), outAddr)
		}
		if s := write(1, "he", "", "llo\nwor"); s != 0 || r.word(outAddr) != 9 {
			t.Errorf("write: %d, %d bytes", s, r.word(outAddr))
		}
		write(2, "err")
		write(1, "ld\n\n")
		write(2, "or\n")
		want := `["info rig: hello" "info rig: world" "error rig: error"]`
		if got := fmt.Sprintf("%q", r.logs); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		for name, s := range map[string]Status{
			"stdin":         write(0, "x"),
			"many vectors":  r.do(&r.p.scope, "fd_write", 1, 0, maxVectors+1, outAddr),
			"bad vectors":   r.do(&r.p.scope, "fd_write", 1, huge-8, 2, outAddr),
			"bad count ptr": r.do(&r.p.scope, "fd_write", 1, 0, 0, huge),
			"bad data":      r.do(&r.p.scope, "fd_write", 1, r.put(0, []byte{255, 255, 255, 255, 9, 0, 0, 0}), 1, outAddr),
		} {
			if s != errnoBadF && s != errnoFault && s != errnoInval {
				t.Errorf("%s: %d", name, s)
			}
		}
		if s := r.do(&r.p.scope, "proc_exit", 3); s != 0 && r.vm.Err() != nil {
			t.Error("proc_exit returns, as on Envoy")
		}
		r.wantLog("proc_exit was called")
	})
}

func TestLineBuffer(t *testing.T) {
	var l lineBuffer
	var lines []int
	emit := func(s string) { lines = append(lines, len(s)) }
	l.write([]byte(strings.Repeat("x", 2*maxLine+5)), emit)
	l.write([]byte("y\n"), emit)
	l.flush(emit)
	if fmt.Sprint(lines) != fmt.Sprint([]int{maxLine, maxLine, 6}) {
		t.Errorf("lengths %v", lines)
	}
}
