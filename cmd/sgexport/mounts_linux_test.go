package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestMounts writes snapshots where disks are mounted, in a namespace of the
// test's own: places that no rename reaches, a disk that may not be written to,
// and one that is really full. Each script has the program as $sgexport.
func TestMounts(t *testing.T) {
	if out, err := mounting(`mount --make-rprivate / && mount -t tmpfs tmpfs /tmp`).CombinedOutput(); err != nil {
		const text = "this machine lets no test mount anything (%v: %s): run it as root, or where user namespaces are allowed"
		if os.Getenv("CI") != "" { // there it must run
			t.Fatalf(text, err, out)
		}
		t.Skipf(text, err, out)
	}
	sgexport := buildProgram(t)
	const export = `"$sgexport" export --demo --kinds Model,Endpoint,EndpointConfig --neighbors none --format jsonl,cypher --compress none `
	for name, c := range map[string]struct{ script, says, saysNot string }{
		"a mount point": {
			`mkdir s; mount -t tmpfs tmpfs s; ` + export + `--out s; test $? -eq 2 && ls -A . s`, `s is a mount point.*such as .*/s/snapshot`, `reading|sgexport\n`,
		},
		"a mount point, to overwrite": {
			`mkdir s; mount -t tmpfs tmpfs s; ` + export + `--out s/x --quiet; cp -R s/x/. s; rm -r s/x; ` + export + `--out s --overwrite; test $? -eq 2 && "$sgexport" verify s`, `s is a mount point`, `reading`,
		},
		"a folder in a mount point": {
			`mkdir s; mount -t tmpfs tmpfs s; ` + export + `--out s/snapshot --quiet && "$sgexport" verify s/snapshot`, `ok `, `sgexport:`,
		},
		"a folder of the same disk that is mounted": {
			`mkdir s other; mount --bind other s; ` + export + `--out s; test $? -eq 2`, `s is a mount point`, `reading`,
		},
		"a disk that may not be written to": {
			`mkdir d; mount -t tmpfs -o ro tmpfs d; ` + export + `--out d/s; test $? -eq 1`, `cannot write in .*d, .*: choose another --out \(`, `reading`,
		},
		"a volume in a disk that may not be written to": {
			`mkdir d; mount -t tmpfs tmpfs d; mkdir d/s; mount -t tmpfs tmpfs d/s; mount -o remount,ro d; ` + export + `--out d/s; test $? -eq 1`, `choose another --out, such as .*/d/s/snapshot`, `reading`,
		},
		"a full disk": {
			`mkdir d; mount -t tmpfs -o size=3m tmpfs d; ` + export + `--out d/s --quiet --now 2026-01-01T00:00:00Z || exit 8
			head -c 3m /dev/zero >d/full 2>/dev/null; truncate -s -200k d/full
			` + export + `--out d/s --quiet --overwrite; test $? -eq 1 || exit 9
			"$sgexport" convert --out d/s --overwrite d/s; test $? -eq 1 || exit 10
			grep '"snapshot": "2026-01-01T00:00:00Z"' d/s/manifest.json && "$sgexport" verify d/s && test "$(ls -A d | tr '\n' ' ')" = "full s "
			rm d/full && ` + export + `--out d/s --quiet --overwrite && "$sgexport" verify d/s`, `(?s)^sgexport: [^\n]*no space left on device\nsgexport: nothing was published, [^\n]*--resume goes on from it\nremoved what an earlier run had read[^\n]*\nsgexport: [^\n]*no space left on device\n.*ok .*ok `, `(?s)space left.*space left.*space left`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			// What is mounted must not reach the namespace of the tests.
			cmd := mounting("mount --make-rprivate / || exit 7; " + c.script)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "sgexport="+sgexport, "TMPDIR="+dir)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, tail(string(out)))
			}
			text := strings.ReplaceAll(string(out), dir, "")
			if !regexp.MustCompile(c.says).MatchString(text) || regexp.MustCompile(c.saysNot).MatchString(text) {
				t.Errorf("it says\n%s", tail(text))
			}
			if left, err := filepath.Glob(filepath.Join(dir, ".*.sgexport")); err != nil || len(left) > 0 {
				t.Errorf("it leaves %v", left)
			}
		})
	}
}

// mounting is a script that runs in a namespace of its own, as its root.
func mounting(script string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}
