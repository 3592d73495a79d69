package web

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestStepBack(t *testing.T) {
	nice := func() int32 {
		attr, err := unix.SchedGetAttr(unix.Gettid(), 0)
		if err != nil {
			t.Skipf("the system does not tell priorities: %v", err)
		}
		return attr.Nice
	}
	c := newCrew(1)
	defer c.close()
	own, its := nice(), int32(0)
	c.do(func() { its = nice() })
	if want := min(own+back, 19); its != want {
		t.Errorf("nice value of the crew is %d, want %d", its, want)
	}
	if now := nice(); now != own {
		t.Errorf("nice value of this thread went from %d to %d", own, now)
	}
}
