"""What a run looks like on a terminal: no line is wider than it, whatever its width, the end fits
a screen, and nothing of the picture stays."""

import pytest
from program import BINARY, DEMO_INVENTORY, NOW, environment, export, simulate
from terminal import Terminal


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """The demo account behind an API that is slow, and does not allow some things."""
    denied = ["sagemaker:ListModels", "sagemaker:DescribeTrainingJob", "iam:GetAccountAuthorizationDetails", "s3:GetBucketPolicy"]
    with simulate(DEMO_INVENTORY, tmp_path_factory.mktemp("slow"), "--delay", "12ms", *(a for d in denied for a in ("--deny", d))) as url:
        yield url


def screens(command, env, folder, **shape):
    """All different pictures of a run, and its exit status."""
    t, seen = Terminal([str(BINARY), *command], env, folder, **shape), []

    def look(lines):
        if lines not in seen[-1:]:
            seen.append(lines)
        return False

    t.read(look)
    return t, seen, t.end()


@pytest.mark.parametrize("columns, rows", [(80, 24), (40, 60)])
def test_an_export(slow, tmp_path, columns, rows):
    command = ["export", "--region", "us-east-1", "--region", "eu-west-1", "--out", "s", "--format", "jsonl,cypher", "--now", NOW]
    t, seen, status = screens(command, environment(tmp_path, slow), tmp_path, columns=columns, rows=rows, kept=200)
    assert status == 3
    wide = [line for lines in seen for line in lines if len(line) > columns and "cypher-shell" not in line]
    assert not wide, wide
    reading = [lines for lines in seen if " lists, " in lines[0] and len(lines) > 3]
    assert reading, "no picture of the reading was seen"
    for lines in reading:
        assert lines[0].startswith("[") and len(lines) <= 12, lines
        assert " calls, " in " ".join(" ".join(lines).split()), lines
    end = t.lines()
    assert not any(" lists, " in line or line.startswith("reading ") for line in end), end
    assert " API calls, " in " ".join(end), end
    assert end[-4].strip() == "next:" and end[-2:] == ["  sgexport audit s", "  sgexport stats s"] or columns < 80, end
    assert not t.screen.history.top, "the end does not fit the screen"
    assert not t.coloured(), "NO_COLOR would be for nothing: there are no colours"


def test_a_dumb_terminal(slow, tmp_path):
    """Nothing is drawn over, where the terminal cannot."""
    command = ["export", "--region", "eu-west-1", "--out", "s", "--format", "jsonl"]
    t, seen, status = screens(command, environment(tmp_path, slow) | {"TERM": "dumb"}, tmp_path, rows=200)
    lines = t.lines()
    assert status == 3 and lines[0] == "reading 82 kinds in eu-west-1" and "[" not in "".join(lines), lines
    assert len([line for line in lines if line.endswith(" found")]) > 10, lines


@pytest.mark.parametrize("columns", [80, 40])
def test_verify(slow, tmp_path, columns):
    """What verify says is folded to the terminal, and only there."""
    export("s", "--demo", "--format", "jsonl", "--now", NOW, cwd=tmp_path)
    t, _, status = screens(["verify", "s"], environment(tmp_path, slow), tmp_path, columns=columns, rows=200)
    lines = t.lines()
    assert status == 0 and lines[-1].split() == ["ok", "s"], lines
    begins = ("checked ", "missing ", "ok ", " " * 15)
    assert all(line.startswith(begins) for line in lines), lines  # none was broken by the terminal
    assert "(--describe-limit all reads it, 15 calls)" in " ".join(" ".join(lines).split()), lines


def test_a_failed_run_says_why_and_little_else(slow, tmp_path):
    command = ["export", "--region", "eu-west-1", "--out", "s", "--strict"]
    t, seen, status = screens(command, environment(tmp_path, slow), tmp_path, kept=200)
    lines = t.lines()
    assert status == 1 and len(lines) <= 24 and all(len(line) <= 80 for line in lines), lines
    assert "--strict: the snapshot would not be complete" in " ".join(lines)
