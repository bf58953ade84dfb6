package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls that can be made to fail, by name. Those on a file can fail
// for one descriptor alone.
var faultyCalls = map[string]uint32{
	"write": unix.SYS_WRITE, "fsync": unix.SYS_FSYNC, "renameat": unix.SYS_RENAMEAT, "renameat2": unix.SYS_RENAMEAT2,
	"mkdirat": unix.SYS_MKDIRAT, "unlinkat": unix.SYS_UNLINKAT, "fchmodat": unix.SYS_FCHMODAT, "flock": unix.SYS_FLOCK,
}

// runWithFault replaces this program by the one that its arguments call, in
// which a system call fails with EIO as it does on a broken disk: "write 7" for
// descriptor 7, "renameat2 -1" for all. The kernel sees to it (seccomp), so it is
// the program as it is that is tested.
func runWithFault(fault string) {
	var call string
	var fd int32
	if _, err := fmt.Sscan(fault, &call, &fd); err != nil {
		panic(err)
	}
	const jump, load, end = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_RET | unix.BPF_K
	const nr, firstArgument = 0, 16 // offsets in struct seccomp_data
	fail := unix.SockFilter{Code: end, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EIO)}
	pass := unix.SockFilter{Code: end, K: unix.SECCOMP_RET_ALLOW}
	filter := []unix.SockFilter{{Code: load, K: nr}, {Code: jump, K: faultyCalls[call], Jt: 1}, pass}
	if fd >= 0 {
		filter = append(filter, unix.SockFilter{Code: load, K: firstArgument}, unix.SockFilter{Code: jump, K: uint32(fd), Jt: 1}, pass)
	}
	filter = append(filter, fail)
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread() // a filter is that of a thread, and of what it executes
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		panic(err)
	}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		panic(err)
	}
	panic(syscall.Exec(os.Args[1], os.Args[1:], os.Environ()))
}

// memoryOf is the most memory that a process had, in bytes.
func memoryOf(p *os.ProcessState) int64 { return p.SysUsage().(*syscall.Rusage).Maxrss << 10 }
