// Package coroutine lets a plugin's handler wait in the middle of a function
// while the host goes on: the handler runs on a fiber, a pooled coroutine with
// a stack of its own, which is parked at a wait and resumed by the callback
// that brings the answer.
//
//	Plugin  one plugin context: its pool of fibers, everything that its fibers
//	        wait for, and the tick that bounds each wait
//	Scope   one stream (or a plugin's ticks): the fibers that end with it, and
//	        the context.Context that its handlers get
//	Fiber   one handler that runs, or is parked
//	Wait    one thing that a parked fiber waits for
//
// A VM has one thread: at any time at most one fiber runs, and only while the
// host is inside a callback. Every parked fiber either has a Wait in its
// plugin's list, which has a deadline, or joins fibers of which that is true.
// So there is no handler that waits for nothing.
package coroutine
