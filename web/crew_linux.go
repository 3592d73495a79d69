package web

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// back is by how much the nice value of a thread of the crew is more than the
// program's. Ten steps leave it a tenth of the weight of another thread where
// both want a core (sched(7); 110 to 1024 in the kernel's table).
const back = 10

// stepBack makes the goroutine keep its thread, and the thread one of less
// priority. Where the system does not let it, all stays as it is.
func stepBack() {
	runtime.LockOSThread()
	tid := unix.Gettid()
	if attr, err := unix.SchedGetAttr(tid, 0); err == nil {
		unix.Setpriority(unix.PRIO_PROCESS, tid, min(int(attr.Nice)+back, 19))
	}
}
