package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sgexport/sgexport/simulator"
)

func TestMain(m *testing.M) {
	if fault := os.Getenv(faultVariable); fault != "" {
		runWithFault(fault) // in place of the tests: see fault_linux_test.go
	}
	if path := os.Getenv(memoryVariable); path != "" {
		os.Exit(runMeasured(path))
	}
	testscript.Main(m, map[string]func(){"sgexport": main, "exits": exits})
}

// faultVariable makes this program run another one, its arguments, in which
// system calls fail.
const faultVariable = "SGEXPORT_TEST_FAULT"

// memoryVariable makes this program run another one, its arguments, and write to
// a file how much memory that had at most.
const memoryVariable = "SGEXPORT_TEST_MEMORY"

// runMeasured returns the exit code of the other program.
func runMeasured(path string) int {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		panic(err)
	}
	if err := os.WriteFile(path, fmt.Append(nil, memoryOf(cmd.ProcessState)), 0o600); err != nil {
		panic(err)
	}
	return cmd.ProcessState.ExitCode()
}

// exits runs sgexport and fails unless it ends with the exit code that is the
// first argument: exits 2 export --format x.
func exits() {
	want, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if got := run(append([]string{"sgexport"}, os.Args[2:]...), os.Stdin, os.Stdout, os.Stderr); got != want {
		fmt.Fprintf(os.Stderr, "exit code %d, want %d\n", got, want)
		os.Exit(1)
	}
}

// TestScripts runs the program as a user does. The scripts find servers of the
// test at the addresses in the environment.
func TestScripts(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	api := func(fault func(action string) *simulator.Fault) string {
		s := httptest.NewServer(simulator.New(demo, simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			return fault(action)
		}}))
		t.Cleanup(s.Close)
		return s.URL
	}
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body>Welcome</body></html>")
	}))
	t.Cleanup(html.Close)
	// No port of a server that was closed: another test's server may get that.
	const refused = "http://127.0.0.1:1"
	env := map[string]string{
		"API": api(func(string) *simulator.Fault { return nil }),
		"DENIED": api(func(action string) *simulator.Fault {
			if action == "sagemaker:ListModels" {
				return &simulator.Fault{Status: 400, Code: "AccessDeniedException", Message: "User is not authorized to perform: sagemaker:ListModels"}
			}
			return nil
		}),
		"EXPIRED": api(func(string) *simulator.Fault {
			return &simulator.Fault{Status: 403, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
		}),
		"SLOW": api(func(action string) *simulator.Fault {
			if action != "sts:GetCallerIdentity" {
				<-done
			}
			return nil
		}),
		"HTML": html.URL, "REFUSED": refused,
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
		"HOME": "/nonexistent",
	}
	t.Cleanup(func() { close(done) }) // before the servers close, which wait for their answers
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for k, v := range env {
				e.Setenv(k, v)
			}
			return nil
		},
	})
}
