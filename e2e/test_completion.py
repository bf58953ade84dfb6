"""Completion in real shells: bash, zsh and fish on a pseudo-terminal, with the scripts that
the program prints. Keys are typed as a user types them; what the shell made of the line is
what it runs."""

import os
import pty
import re
import select
import shutil
import signal
import time

import pytest
from program import BINARY, environment

SHELLS = {
    "bash": ("bash", ["--norc", "--noprofile", "-i"], "source <(sgexport completion bash)"),
    "zsh": ("zsh", ["-f", "-i"], "source <(sgexport completion zsh)"),
    "fish": ("fish", ["--no-config", "-i"], "sgexport completion fish | source"),
}
TAB, HOME = "\t", "\x01"


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, name, folder, env):
        program, args, load = SHELLS[name]
        path = shutil.which(program)
        assert path, f"there is no {program}: install it (Debian: {program})"
        env = env | {"PATH": f"{BINARY.parent}:{env['PATH']}", "TERM": "xterm", "PS1": "$ ", "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(path, [program, *args], env)
        self.type(load + "\r")
        self.run("printf '<%s>' ready")

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def run(self, line):
        """Runs a line that prints its words in brackets, and gives them."""
        self.seen = ""
        self.type(f"{line}; printf '<%s>' e''nd\r")
        deadline = time.monotonic() + 20
        while "<end>" not in self.seen:
            assert time.monotonic() < deadline, f"the shell did not come back:\n{self.seen}"
            if select.select([self.fd], [], [], 0.2)[0]:
                self.seen += os.read(self.fd, 65536).decode(errors="replace")
                if "\x1b[c" in self.seen or "\x1b[0c" in self.seen:  # fish 4 asks what terminal it is
                    self.type("\x1b[?6c")
        return re.findall(r"<([^<>]*)>", re.search(r"((?:<[^<>]*>)*)<end>", self.seen)[1])

    def completed(self, line):
        """The words that a line becomes once TAB is pressed behind it."""
        return self.run(line + TAB + HOME + "printf '<%s>' " + "\x05")

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture(scope="module", params=list(SHELLS))
def shell(request, tmp_path_factory, demo):
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "taken").symlink_to(demo)
    (folder / "with space").mkdir()
    (folder / "waivers.yaml").write_text("")
    s = Shell(request.param, folder, environment(folder, credentials=False))
    yield s
    s.close()


@pytest.mark.parametrize(
    "line, words",
    [
        ("sgexport expo", ["export"]),
        ("sgexport help lin", ["help", "lineage"]),
        ("sgexport export --over", ["export", "--overwrite"]),
        ("sgexport export --format graph", ["export", "--format", "graphml"]),
        ("sgexport export --format=graph", ["export", "--format=graphml"]),
        ("sgexport export --format jsonl,graph", ["export", "--format", "jsonl,graphml"]),
        ("sgexport export --kinds Model,NotebookInstanceL", ["export", "--kinds", "Model,NotebookInstanceLifecycleConfig"]),
        ("sgexport export --skip-kinds Trial,TrialC", ["export", "--skip-kinds", "Trial,TrialComponent"]),
        ("sgexport export --region eu-sou", ["export", "--region", "eu-south-"]),
        ("sgexport export --neighbors iam,ne", ["export", "--neighbors", "iam,network"]),
        ("sgexport export --redact non", ["export", "--redact", "none"]),
        ("sgexport export --compress gz", ["export", "--compress", "gzip"]),
        ("sgexport export --log-format j", ["export", "--log-format", "json"]),
        ("sgexport audit taken --fail-on cri", ["audit", "taken", "--fail-on", "critical"]),
        ("sgexport audit taken --check roles/adm", ["audit", "taken", "--check", "roles/admin"]),
        ("sgexport audit taken --waive wai", ["audit", "taken", "--waive", "waivers.yaml"]),
        ("sgexport audit tak", ["audit", "taken"]),
        ("sgexport stats ./tak", ["stats", "./taken"]),
        ("sgexport lineage taken endpoint/churn-p", ["lineage", "taken", "endpoint/churn-prod"]),
        ("sgexport lineage taken us-east-1:endpoint/churn-p", ["lineage", "taken", "us-east-1:endpoint/churn-prod"]),
        ("sgexport lineage taken s3://lumen-raw-data-e", ["lineage", "taken", "s3://lumen-raw-data-eu/"]),
        ("sgexport completion fi", ["completion", "fish"]),
    ],
)
def test_completion(shell, line, words):
    assert shell.completed(line) == ["sgexport", *words]


@pytest.mark.parametrize("shell", ["zsh"], indirect=True)
def test_a_list_fits(shell):
    """What options are for stands beside them, in one line each; bash shows none of it, and fish cuts by itself."""
    shell.completed("sgexport export --")
    lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line).rstrip() for line in re.split(r"[\r\n]+", shell.seen)]
    options = [line for line in lines if line.startswith("--")]
    assert any(line.startswith("--neighbors -- comma-separated") for line in options), lines
    assert all(len(line) < 80 for line in options), options


def test_a_folder_goes_on(shell):
    """No space stands behind it, and what is odd in its name is quoted."""
    got = shell.run("sgexport export --out with" + TAB + "x" + HOME + "printf '<%s>' " + "\x05")
    assert got == ["sgexport", "export", "--out", "with space/x"]
