"""Bad input to the built program: a clear error, the right exit status, nothing lost.

Exit 1: failed, nothing published. 2: wrong usage. 3: published with gaps.
4: verify found something. 130: interrupted. Each error names the thing and what to do about it.
"""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import time
from contextlib import contextmanager

import pytest
import zstandard
from database import free_port
from program import BINARY, DEMO_INVENTORY, NOW, SECRET, api, environment, error, export, forward, interrupt, manifest, refusal, run, s3_error, service_of, simulate, sts_error
from snapshot import assert_same, read_jsonl


@pytest.fixture
def env(home):
    return environment(home, credentials=False)


def must_fail(done, code, *words):
    """The run ended with the code, said all the words on stderr (of a tuple at least one), and nothing on stdout."""
    assert done.returncode == code, f"exit {done.returncode}, want {code}:\n{done.stderr}"
    assert done.stdout == "", done.stdout
    missing = [w for w in words if not any(str(x) in done.stderr for x in (w if isinstance(w, tuple) else (w,)))]
    assert not missing, f"the error says nothing of {missing}:\n{done.stderr}"
    assert "panic" not in done.stderr and "goroutine" not in done.stderr


def contents(folder):
    """Every file and folder below a folder, with what is in it."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


# ---- where the snapshot goes


def test_a_folder_that_is_not_empty_is_refused(tmp_path, env):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("the only copy")
    before = contents(tmp_path)
    must_fail(run("export", "--demo", "--out", out, env=env), 2, out, "not empty", "--overwrite")
    assert contents(tmp_path) == before


def test_overwrite_takes_no_folder_that_is_no_snapshot(tmp_path, env):
    """Not even --overwrite deletes what sgexport did not write."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("the only copy")
    done = run("export", "--demo", "--out", out, "--overwrite", env=env)
    must_fail(done, done.returncode if done.returncode in (1, 2) else 1, out)
    assert contents(out) == {"thesis.txt": b"the only copy"}


def test_overwrite_replaces_a_snapshot_only_at_the_end(tmp_path, home, env):
    out = tmp_path / "out"
    export(out, "--demo", "--now", NOW, env=env)
    before = contents(tmp_path)
    must_fail(run("export", "--demo", "--out", out, env=env), 2, out, "--overwrite")
    assert contents(tmp_path) == before
    # A run that fails in the middle leaves the old snapshot.
    with api(lambda operation, request: sts_error("ExpiredToken", "it is expired")) as url:
        done = run("export", "--out", out, "--overwrite", "--region", "us-east-1", env=environment(home, url))
    assert done.returncode == 1 and contents(tmp_path) == before
    export(out, "--demo", "--overwrite", "--now", "2026-02-03T04:05:06Z", env=env)
    assert manifest(out)["snapshot"].startswith("2026-02-03") and run("verify", out, env=env).returncode == 0
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_in_its_place(tmp_path, env):
    out = tmp_path / "out"
    out.write_text("a file")
    for flags in ([], ["--overwrite"]):
        done = run("export", "--demo", "--out", out, *flags, env=env)
        assert done.returncode in (1, 2)
        must_fail(done, done.returncode, out, "file")
        assert out.read_text() == "a file"


def test_a_parent_that_is_not_there_or_is_a_file(tmp_path, env):
    (tmp_path / "file").write_text("")
    must_fail(run("export", "--demo", "--out", tmp_path / "no" / "out", env=env), 1, tmp_path / "no", "create it")
    must_fail(run("export", "--demo", "--out", tmp_path / "file" / "out", env=env), 1, tmp_path / "file", "--out")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@contextmanager
def mounted(folder, options):
    """A tmpfs on folder for a moment; None where this user may not mount."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True)
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)


def test_a_read_only_parent(tmp_path, env):
    """On a read-only disk for root, whom permissions do not stop, and by permissions for others."""
    disk = tmp_path / "disk"
    with mounted(disk, "ro,size=1m") as ok:
        if not ok:
            assert os.geteuid() != 0, "root may not mount a tmpfs here: there is no read-only folder to test"
            disk.chmod(0o555)
        must_fail(run("export", "--demo", "--out", disk / "out", env=env), 1, disk, "--out")
        assert contents(disk) == {}


def nothing_but_the_spool(folder):
    """What was read to its end stays, for --resume."""
    left = [p for p in folder.rglob("*") if p.is_file() and ".out.sgexport/spool/" not in str(p)]
    assert not left, f"something was left: {left}"
    assert [p.name for p in (folder / ".out.sgexport").iterdir()] == ["spool"]


def test_a_full_disk(tmp_path, env):
    """A disk, or where it cannot be mounted a limit on files, smaller than the snapshot."""
    disk = tmp_path / "disk"
    with mounted(disk, "size=600k") as ok:
        limit = None if ok else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        done = run("export", "--demo", "--out", disk / "out", env=env, preexec=limit)
        must_fail(done, 1, "no space left on device" if ok else "file too large", "out")
        nothing_but_the_spool(disk)


# ---- what was asked for


@pytest.mark.parametrize(
    "args, words",
    [
        (["--format", "jsonl,parket"], ["parket", "parquet", "cypher"]),
        (["--format", "graphmll"], ["graphmll", "did you mean graphml"]),
        (["--kinds", "Modle"], ["Modle", "did you mean Model"]),
        (["--kinds", "Model,NotebookInstanc"], ["NotebookInstanc", "NotebookInstance"]),
        (["--skip-kinds", "Endpoints"], ["Endpoints", "did you mean Endpoint"]),
        (["--region", "us-esat-1"], ["us-esat-1", "us-east-1"]),
        (["--region", "eu-west-9"], ["eu-west-9", "eu-west-1"]),
        (["--compress", "zst"], ["zst", "zstd"]),
        (["--redact", "all"], ["redact", "secrets", "none"]),
        (["--now", "yesterday"], ["yesterday", "2026-01-02T03:04:05Z"]),
        (["--concurrency", "0"], ["--concurrency", "1"]),
        (["--fromat", "jsonl"], ["fromat", "--format"]),
        (["--out", ""], ["--out"]),
        (["leftover"], ["leftover"]),
        (["--demo", "--endpoint-url", "http://127.0.0.1:1"], ["--demo", "--endpoint-url"]),
    ],
)
def test_wrong_usage(tmp_path, env, args, words):
    out = [] if "--out" in args else ["--out", tmp_path / "out"]
    demo = [] if "--region" in args or "--demo" in args else ["--demo"]
    must_fail(run("export", *out, *demo, *args, env=env, cwd=tmp_path), 2, "sgexport export --help", *words)
    assert contents(tmp_path) == {}


def test_an_unknown_command(env):
    must_fail(run("exprot", env=env), 2, "exprot", "export", "--help")


def test_no_region(tmp_path, home):
    done = run("export", "--out", tmp_path / "out", env=environment(home))
    must_fail(done, 2, "region", "--region", "AWS_REGION")
    assert contents(tmp_path) == {}


# ---- credentials and endpoints


def fails_without_traces(tmp_path, env, *words, args=()):
    done = run("export", "--out", tmp_path / "out", "--region", "us-east-1", *args, env=env)
    must_fail(done, 1, *words)
    assert contents(tmp_path) == {}, "something was left"


def test_no_credentials(tmp_path, env):
    fails_without_traces(tmp_path, env, "credentials", "--profile", "aws sso login", "--demo")


def test_a_profile_that_is_not_there(tmp_path, env):
    done = run("export", "--out", tmp_path / "out", "--region", "us-east-1", "--profile", "nobody", env=env)
    must_fail(done, done.returncode, "nobody")
    assert done.returncode in (1, 2) and contents(tmp_path) == {}


def test_expired_credentials(tmp_path, home):
    """At the first call, and in the middle of a run."""
    with api(lambda operation, request: sts_error("ExpiredToken", "The security token included in the request is expired")) as url:
        fails_without_traces(tmp_path, environment(home, url), "ExpiredToken", "expired", "aws sso login", "again")

    def expires(operation, request):
        if operation == "GetCallerIdentity":
            return 200, "text/xml", IDENTITY
        return error("ExpiredTokenException", "The security token included in the request is expired")

    with api(expires) as url:
        fails_without_traces(tmp_path, environment(home, url), "ExpiredToken", "expired", "aws sso login", "again")


IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""


# What to look at where it is not the API that answers.
ENDPOINT_ADVICE = ("AWS_ENDPOINT_URL", "--endpoint-url")


def test_an_endpoint_that_refuses_connections(tmp_path, home):
    url = f"http://127.0.0.1:{free_port()}"
    fails_without_traces(tmp_path, environment(home, url), url.removeprefix("http://"), "connection refused", ENDPOINT_ADVICE)


HTML = b"<!doctype html><html><title>Welcome to the proxy</title><body>please log in</body></html>"


@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_endpoint_that_answers_html(tmp_path, home, status):
    with api(lambda operation, request: (status, "text/html", HTML)) as url:
        fails_without_traces(tmp_path, environment(home, url), url.removeprefix("http://"), ENDPOINT_ADVICE, args=GIVE_UP)


# A 503 or 429 without an error of AWS is taken for throttling and tried again, for ten
# minutes by default.
GIVE_UP = ("--give-up-after", "2s")


@pytest.mark.parametrize("status", [429, 503])
def test_an_endpoint_that_is_always_busy(tmp_path, home, status):
    with api(lambda operation, request: (status, "text/html", HTML)) as url:
        fails_without_traces(tmp_path, environment(home, url), "throttled for 2s", ENDPOINT_ADVICE, args=GIVE_UP)


def test_an_endpoint_that_is_always_busy_is_named(tmp_path, home):
    with api(lambda operation, request: (503, "text/html", HTML)) as url:
        fails_without_traces(tmp_path, environment(home, url), url.removeprefix("http://"), args=GIVE_UP)


# ---- what may not be read


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """The demo account, served by the program itself."""
    with simulate(DEMO_INVENTORY, tmp_path_factory.mktemp("simulate")) as url:
        yield url


REGIONS = ("--region", "us-east-1", "--region", "eu-west-1")


def test_denied_actions_are_gaps(tmp_path, home, simulated, demo):
    """A kind that may not be listed, another of which one may not be described; nothing else changes."""
    message = "User: arn:aws:iam::012345678901:user/x is not authorized to perform this action"

    def deny(operation, request):
        one = operation == "DescribeNotebookInstance" and b"fraud" in request.body
        if operation == "ListDomains" or one:
            return error("AccessDeniedException", message)
        return forward(simulated, request)

    with api(deny) as url:
        done = export(tmp_path / "out", *REGIONS, "--now", NOW, env=environment(home, url), code=3)
    assert "sagemaker:ListDomains" in done.stderr and "manifest.json" in done.stderr
    m = manifest(tmp_path / "out")
    state = {(s["region"], k["label"]): k["state"] for s in m["scopes"] for k in s["kinds"]}
    gaps = m["gaps"]
    assert {(g["label"], g["action"], g["code"]) for g in gaps} == {
        ("AWSSageMakerDomain", "sagemaker:ListDomains", "AccessDeniedException"),
        ("AWSSageMakerNotebookInstance", "sagemaker:DescribeNotebookInstance", "AccessDeniedException"),
    }
    assert all(message in g["message"] for g in gaps)
    assert all(g["ids"] for g in gaps if "Describe" in g["action"])
    partial = {(g["scope"].split("/")[1], g["label"]) for g in gaps if "Describe" in g["action"]}
    for key, s in state.items():
        assert s == ("denied" if key[1] == "AWSSageMakerDomain" else "partial" if key in partial else s), key
        assert s in ("denied", "partial", "complete", "limited"), key
    # What is not denied is there as before, and of other services what something of it refers to.
    have, want = read_jsonl(tmp_path / "out"), read_jsonl(demo)
    hidden = {id for g in gaps for id in g.get("ids", [])} | {id for id, n in want.nodes.items() if n.label == "AWSSageMakerDomain"}
    referred = {to for _, source, to, _, _ in want.edges if source not in hidden}
    for id, n in want.nodes.items():
        if not n.properties.get("observed") or id in hidden:
            continue
        if n.label == "AWSS3Bucket" and id not in referred:
            assert id not in have.nodes, id
        elif id in have.nodes or n.label.startswith("AWSSageMaker"):
            assert have.nodes[id] == n, id
        else:  # such as the networks of the domains; these are read whole
            assert n.label not in ("AWSAccount", "AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy"), id


def test_a_bucket_that_may_not_be_read_is_a_gap(tmp_path, home, simulated, demo):
    """One question that S3 refuses for all, and a bucket of which it refuses every one; nothing else changes."""

    def deny(operation, request):
        if operation == "s3:versioning" or (operation.startswith("s3:") and "/" + one in request.path):
            return s3_error("AccessDenied", "Access Denied", 403)
        return forward(simulated, request)

    want = read_jsonl(demo)
    buckets = {id for id, n in want.nodes.items() if n.label == "AWSS3Bucket" and n.properties["observed"]}
    one = min(buckets)
    with api(deny) as url:
        export(tmp_path / "out", *REGIONS, "--now", NOW, env=environment(home, url), code=3)
    have, m = read_jsonl(tmp_path / "out"), manifest(tmp_path / "out")
    assert {(g["label"], g["scope"].split("/")[1], g["code"]) for g in m["gaps"]} == {("AWSS3Bucket", "global", "AccessDenied")}
    assert {g["action"] for g in m["gaps"]} > {"s3:GetBucketVersioning", "s3:GetBucketLocation"}
    lost = {"versioning_status", "mfa_delete"}
    assert have.nodes.keys() == want.nodes.keys()
    for id, n in have.nodes.items():
        if id == one:
            assert n.properties == {"name": one, "observed": False}
        elif id in buckets:
            read = {k: v for k, v in want.nodes[id].properties.items() if k not in lost}
            assert n.properties == read | {"unread": sorted(lost)}, id
        else:
            assert n == want.nodes[id], id
    (kind,) = (k for s in m["scopes"] if s["region"] == "global" for k in s["kinds"] if k["label"] == "AWSS3Bucket")
    unread = {u["column"]: u["count"] for u in kind["unread"]}
    assert kind["state"] == "partial" and kind["written"] == len(buckets) - 1
    # Whether the one exists is not known: it counts among the ids, and not among the columns.
    assert kind["ids"] == "some" and unread == dict.fromkeys(lost, len(buckets) - 1)


# What services say of too many calls that do not say what SageMaker does.
TOO_MANY = {
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "iam": ("Throttling", "Rate exceeded"),
    "organizations": ("TooManyRequestsException", "You've sent too many requests in too short a time."),
    "lambda": ("TooManyRequestsException", "Rate Exceeded.", 429),
}


def test_throttling_loses_nothing(tmp_path, home, simulated, demo):
    """Every sixth call is refused."""
    calls = [0]

    def throttle(operation, request):
        calls[0] += 1
        if calls[0] % 6 == 0:
            return refusal(request, *TOO_MANY.get(service_of(request), ("ThrottlingException", "Rate exceeded")))
        return forward(simulated, request)

    with api(throttle) as url:
        export(tmp_path / "out", *REGIONS, "--now", NOW, env=environment(home, url), timeout=120)
    assert_same(read_jsonl(demo), read_jsonl(tmp_path / "out"), "a throttled run")


def test_no_secret_in_the_snapshot(tmp_path, home, simulated):
    export(tmp_path / "out", *REGIONS, "--compress", "none", env=environment(home, simulated))
    for path, data in contents(tmp_path / "out").items():
        assert data is None or SECRET.encode() not in data, path


# ---- an interrupted run


@contextmanager
def started(out, env, *args):
    """A running export, which is ended in any case."""
    p = subprocess.Popen([BINARY, "export", "--out", str(out), *REGIONS, *args], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield p
    finally:
        p.kill()
        p.communicate()


def interrupted(p, folder, ready):
    """Sends Ctrl-C once it is ready: the program must stop at once, say so, and leave nothing but what it had read."""
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline and p.poll() is None, "the export ended too soon"
        time.sleep(0.02)
    code, seconds = interrupt(p, 20)
    out, err = p.communicate()
    assert seconds < 2, f"it took {seconds:.1f} s to stop"
    assert code == 130 and "interrupted" in err and "--resume goes on from it" in err and out == "", err
    nothing_but_the_spool(folder)


def test_ctrl_c_while_reading(tmp_path, home, simulated):
    """Some kinds have been read, others do not answer."""
    reached = set()

    def slow(operation, request):
        reached.add(operation)
        return None if operation in ("ListModels", "DescribeTrainingJob") else forward(simulated, request)

    with api(slow) as url, started(tmp_path / "out", environment(home, url)) as p:
        interrupted(p, tmp_path, lambda: reached >= {"ListModels", "DescribeTrainingJob"})


def test_ctrl_c_while_writing(tmp_path, tmp_path_factory, home):
    """All has been read; the files of a large snapshot are being written."""
    with simulate(DEMO_INVENTORY, tmp_path_factory.mktemp("scaled"), "--scale", "30") as url, started(tmp_path / "out", environment(home, url), "--describe-limit", "0") as p:
        interrupted(p, tmp_path, lambda: any(tmp_path.rglob("nodes.jsonl.zst")))


# ---- a damaged snapshot


@pytest.fixture
def copy(demo, tmp_path):
    """A copy of the demo snapshot to damage."""
    return shutil.copytree(demo, tmp_path / "copy")


def rewrite(root, name, change):
    """Changes the lines of jsonl/<name>.jsonl.zst, each without its end."""
    path = root / "jsonl" / f"{name}.jsonl.zst"
    with zstandard.open(path, "rb") as f:
        lines = f.read().decode().split("\n")[:-1]
    lines = change(lines)
    path.write_bytes(zstandard.compress(("\n".join(lines) + "\n").encode()))


def reseal(root, **counts):
    """Makes the sums right again, so that only the contents are wrong."""
    m = manifest(root)
    for f in m["files"]:
        data = (root / f["path"]).read_bytes()
        f["bytes"], f["sha256"] = len(data), hashlib.sha256(data).hexdigest()
    (root / "manifest.json").write_text(json.dumps(m, indent=2) + "\n")
    names = sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    (root / "SHA256SUMS").write_text("".join(f"{hashlib.sha256((root / n).read_bytes()).hexdigest()}  {n}\n" for n in names))


def verify(root, env, *words):
    """verify must find something, and say all the words."""
    done = run("verify", root, env=env)
    assert done.returncode == 4, f"exit {done.returncode}:\n{done.stdout}{done.stderr}"
    missing = [w for w in words if w not in done.stdout]
    assert not missing, f"verify says nothing of {missing}:\n{done.stdout}"


def test_resealing_alone_changes_nothing(copy, env):
    """The damage that the tests below do is the only damage."""
    rewrite(copy, "nodes", lambda lines: lines)
    reseal(copy)
    done = run("verify", copy, env=env)
    assert "jsonl/nodes.jsonl.zst" in done.stdout or done.returncode == 0, done.stdout


DAMAGE = {
    "not json": lambda lines: [*lines[:6], lines[6][: len(lines[6]) // 2], *lines[7:]],
    "a wrong type": lambda lines: [*lines[:6], lines[6].replace('"properties":{', '"properties":{"name":12,', 1), *lines[7:]],
    "an unknown label": lambda lines: [*lines[:6], lines[6].replace("AWS", "AVS"), *lines[7:]],
    "no text": lambda lines: [*lines[:6], "", *lines[7:]],
    "out of order": lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]],
    "there twice": lambda lines: [*lines[:6], lines[5], *lines[6:]],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_corrupt_line_is_named(copy, tmp_path, env, damage):
    rewrite(copy, "nodes", DAMAGE[damage])
    before = sorted(p.name for p in tmp_path.iterdir())
    must_fail(run("convert", "--format", "parquet", "--out", tmp_path / "out", copy, env=env), 1, "nodes.jsonl.zst:7")
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    verify(copy, env, "jsonl/nodes.jsonl.zst")
    reseal(copy)
    verify(copy, env, "jsonl/nodes.jsonl.zst", ":7")


@pytest.mark.parametrize("name", ["nodes", "edges"])
def test_a_truncated_file(copy, tmp_path, env, name):
    """In the middle of its bytes, and between two lines."""
    path = copy / "jsonl" / f"{name}.jsonl.zst"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    must_fail(run("convert", "--format", "graphml", "--out", tmp_path / "out", copy, env=env), 1, f"{name}.jsonl.zst")
    verify(copy, env, f"jsonl/{name}.jsonl.zst")
    path.write_bytes(whole)
    rewrite(copy, name, lambda lines: lines[:-1])
    verify(copy, env, f"jsonl/{name}.jsonl.zst")
    done = run("convert", "--format", "graphml", "--out", tmp_path / "out", copy, env=env)
    must_fail(done, 1, name)
    assert not (tmp_path / "out").exists()
    reseal(copy)
    verify(copy, env, name)


@pytest.mark.parametrize("damaged", ["jsonl/edges.jsonl.zst", "graphml/graph.graphml", "cypher/out.cypher", "cypher/prune.cypher", "parquet/nodes_all/part-00000.parquet", "parquet/schema.sql", "schema.json"])
def test_verify_finds_a_changed_byte_and_a_missing_file(copy, env, damaged):
    path = copy / damaged
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    verify(copy, env, damaged)
    if damaged != "schema.json":
        reseal(copy)
        verify(copy, env, damaged)
    path.unlink()
    verify(copy, env, damaged)


def test_verify_finds_an_edge_without_an_end(copy, env):
    gone = []

    def change(lines):
        i = next(i for i, line in enumerate(lines) if '"labels":["AWSSageMakerModel"]' in line)
        gone.append(json.loads(lines[i])["id"])
        return lines[:i] + lines[i + 1 :]

    rewrite(copy, "nodes", change)
    reseal(copy)
    verify(copy, env, gone[0], "edge")


def test_verify_finds_a_file_too_many(copy, env):
    (copy / "jsonl" / "extra.jsonl").write_text("{}\n")
    verify(copy, env, "jsonl/extra.jsonl")


def test_what_is_no_snapshot(tmp_path, env):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name in ("nothing", "file", "empty"):
        must_fail(run("verify", tmp_path / name, env=env), 1, tmp_path / name)
        must_fail(run("convert", "--out", tmp_path / "out", tmp_path / name, env=env), 1, tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file"]


# ---- output that someone closes


def test_a_stream_to_stdout(demo, env):
    done = run("export", "--demo", "--out", "-", "--format", "graphml", "--now", NOW, env=env)
    assert done.returncode == 0 and done.stdout == (demo / "graphml" / "graph.graphml").read_text()
    done = run("convert", "--out", "-", "--format", "cypher", demo, env=env)
    assert done.returncode == 0 and done.stdout == (demo / "cypher" / "out.cypher").read_text()
    must_fail(run("export", "--demo", "--out", "-", env=env), 2, "--out -", "--format")
