package main_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// mfaOnTerminal runs an MFA profile on a terminal: it asks for the code, and
// goes on with it.
func mfaOnTerminal(t *testing.T, sgexport string) {
	ours, theirs, err := terminal()
	if err != nil {
		t.Fatalf("open a pseudo-terminal: %v", err)
	}
	defer ours.Close()
	fake := newFakeAWS(t, func(op string, body obj, _ string, _ int) answer {
		if op == "sts:GetCallerIdentity" {
			return identity("444455556666")
		}
		return usual(op, body)
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, dir := (&testCase{config: mfaConfig, args: audit}).command(ctx, t, sgexport, fake.URL)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	asked := newWatch(`(?i)\b(mfa|code)\b`)
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(asked, ours) // ends with an error when the program does
	}()
	select {
	case <-asked.found:
		if _, err := ours.WriteString("123456\n"); err != nil {
			t.Error(err)
		}
	case <-ctx.Done():
	}
	err = cmd.Wait()
	<-read
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(asked.text()))
	}
	in := fake.inputs("sts:AssumeRole")
	if len(in) != 1 || in[0]["TokenCode"] != "123456" || in[0]["SerialNumber"] != "arn:aws:iam::111122223333:mfa/u" {
		t.Errorf("AssumeRole is called with %v, want the code once", in)
	}
	if strings.Contains(strings.ReplaceAll(asked.text(), "123456\r\n", ""), "123456") {
		t.Errorf("the code is repeated on the terminal")
	}
	if _, err := os.Stat(dir + "/manifest.json"); err != nil {
		t.Error(err)
	}
}

// terminal opens a terminal: what is written to one end is read from the other.
func terminal() (ours, theirs *os.File, err error) {
	if ours, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		return nil, nil, err
	}
	if err = unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0); err == nil {
		var n int
		if n, err = unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN); err == nil {
			theirs, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0)
		}
	}
	if err != nil {
		ours.Close()
	}
	return ours, theirs, err
}
