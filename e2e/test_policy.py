"""The policy evaluation of `sgexport audit` beside evaluators that others wrote: the same random requests and
policies, each evaluator in a process of its own. Where one says another thing than we do, and policy/explained.json
has no entry for that, the test fails."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "policy"))
import cases as data  # noqa: E402

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache"
SEED, COUNT = 20261127, 500
EXPLAINED = json.loads((Path(__file__).parent / "policy" / "explained.json").read_text())


def run(*command, text=""):
    done = subprocess.run([str(c) for c in command], input=text, text=True, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stderr[-4000:]}"
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def cases():
    return data.cases(SEED, COUNT)


@pytest.fixture(scope="module")
def evaluator():
    """Our evaluator as a program."""
    program = CACHE / "evaljson"
    subprocess.run([os.environ.get("GO", "go"), "build", "-o", program, "./audit/policy/internal/evaljson"], cwd=ROOT, check=True)
    return program


@pytest.fixture(scope="module")
def complete(evaluator, cases):
    """What we say where all that a request holds is known."""
    return answers(cases, run(evaluator, text=data.lines(c.ours() for c in cases)))


@pytest.fixture(scope="module")
def partial(evaluator, cases):
    """What we say where a snapshot knows no address, time, MFA or chain of services."""
    return answers(cases, run(evaluator, text=data.lines(c.ours(complete=False) for c in cases)))


def answers(cases, list_):
    assert [a["name"] for a in list_] == [c.name for c in cases]
    return {a["name"]: a for a in list_}


def explained(who, case, ours, theirs):
    """The id of the entry that explains a disagreement, or None."""
    text = json.dumps(case.ours())
    for entry in EXPLAINED:
        if who not in entry["evaluators"] or ours["verdict"] != entry["ours"] or theirs not in entry["theirs"]:
            continue
        if "case" in entry and not re.search(entry["case"], text):
            continue
        # Each reason has to be explained: one that is not may hide behind one that is.
        if "reason" in entry and not (ours.get("conditions") and all(re.search(entry["reason"], r) for r in ours["conditions"])):
            continue
        return entry["id"]
    return None


def compare(who, cases, theirs, complete, partial):
    """Fails on what is not explained. `theirs` has allowed or denied by the case's name."""
    wrong, used = [], {}
    for c in cases:
        if c.name not in theirs:
            continue
        said, ours, less = theirs[c.name], complete[c.name], partial[c.name]
        if ours["verdict"] != said:
            why = explained(who, c, ours, said)
            if why is None:
                wrong.append(f"{c.name}: {who} says {said}, we {ours}\n{json.dumps(c.ours())}")
                continue
            used[why] = used.get(why, 0) + 1
        # Whatever becomes known cannot turn what was certain.
        if less["verdict"] not in ("conditional", ours["verdict"]):
            wrong.append(f"{c.name}: {ours} becomes {less} where less is known\n{json.dumps(c.ours(complete=False))}")
    print(f"{who}: {len(theirs)} cases, explained: {used or 'none'}")
    assert not wrong, f"{len(wrong)} of {len(theirs)}:\n" + "\n\n".join(wrong[:10])


def test_cases_say_something(cases, complete, partial):
    """Both answers come often, and so does each kind of policy; else the comparison would show little."""
    count = lambda list_: {v: sum(a["verdict"] == v for a in list_.values()) for v in ("denied", "conditional", "allowed")}  # noqa: E731
    assert count(complete)["allowed"] >= COUNT // 6 and count(complete)["denied"] >= COUNT // 3
    assert count(partial)["conditional"] >= COUNT // 20
    for kind in ("boundary", "session_policy", "scp", "rcp", "policy"):
        assert sum(bool(getattr(c, kind)) for c in cases) >= COUNT // 25, kind


def test_explained_has_sources():
    for entry in EXPLAINED:
        assert entry["why"] and entry["source"].startswith("https://"), entry["id"]
        assert entry.get("reason") or entry.get("case"), f"{entry['id']} would explain anything"


def test_iam_simulate(cases, complete, partial):
    out = run("node", ROOT / "e2e" / "policy" / "simulate.mjs", CACHE / "peers", text=data.lines(c.simulation() for c in cases))
    errors = [a for a in out if "error" in a]
    assert not errors, f"iam-simulate takes {len(errors)} cases for wrong: {errors[:3]}"
    said = {a["name"]: "allowed" if a["result"] == "Allowed" else "denied" for a in out}
    assert len(said) == COUNT
    compare("iam-simulate", cases, said, complete, partial)


def test_reach(cases, complete, partial, tmp_path):
    """reach answers one request for each call, so it gets the first hundred. It has no values for keys with several, no RCPs without an
    organization's export, and asks of "*" whether there is any resource."""
    fit = [c for c in cases if not c.rcp and c.resource != "*" and "ForA" not in json.dumps(c.ours())][:100]
    with ThreadPoolExecutor(2) as pool:
        said = dict(pool.map(lambda c: (c.name, reach(c, tmp_path / c.name)), fit))
    assert len(said) == 100
    compare("reach", fit, said, complete, partial)


def reach(case, folder):
    folder.mkdir()

    def file(name, document):
        path = folder / f"{name}.json"
        path.write_text(json.dumps(document))
        return path

    empty = {"Version": "2012-10-17", "Statement": []}
    command = [Path(sys.executable).parent / "reach", "can", "--json", "--principal", case.principal["arn"], "--resource-account", case.account]
    for i, p in enumerate(case.identity or [empty]):
        command += ["--policy", file(f"identity{i}", p)]
    if case.boundary:
        command += ["--boundary", file("boundary", case.boundary)]
    if case.session_policy:
        command += ["--session-policy", file("session", case.session_policy)]
    for i, level in enumerate(reversed(case.scp)):
        for j, p in enumerate(level):
            command += ["--scp", f"L{i}={file(f'scp{i}-{j}', p)}"]
    # Without a resource's policy it does not look at the resource's account.
    if case.policy or case.account != data.HERE:
        command += ["--resource-policy", file("resource", case.policy or empty)]
    if case.must:
        command += ["--required"]
    for key, value in case.context.items():
        if isinstance(value, str):
            command += ["--context", f"{key}={value}"]
    text = json.dumps(case.ours())
    for key in sorted(set(re.findall(r"\"(aws:[A-Za-z/]+)\":|\$\{(aws:[A-Za-z/]+)", text))):
        if (name := key[0] or key[1]) not in case.context:
            command += ["--absent", name]
    done = subprocess.run([str(c) for c in [*command, case.action, case.resource]], text=True, capture_output=True)
    assert done.stdout.startswith("{"), f"reach failed: {done.stderr[-2000:]}"
    return json.loads(done.stdout)["verdict"]


def test_iamprover(cases, partial, tmp_path):
    """iamprover proves that something can never be, whatever the request holds: what it proves, we do not call allowed. It has no answer
    for the other direction, since it takes what it does not model for met. All principals are in one account file, so only cases with
    identity-based policies and boundaries fit."""
    fit = [c for c in cases if not c.scp and not c.rcp and not c.policy and not c.session_policy and c.account == data.HERE and c.identity]
    assert len(fit) >= 60
    arn = {c.name: f"arn:aws:iam::{data.HERE}:role/{c.name}" for c in fit}
    account = {
        "principals": [
            {"arn": arn[c.name], "policies": [{"name": str(i), "document": p} for i, p in enumerate(c.identity)]}
            | ({"permission_boundary": c.boundary} if c.boundary else {})
            for c in fit
        ]
    }
    invariants = [
        {"id": c.name, "forbid": {"action": c.action, "resource": c.resource}, "unless_principal": [a for n, a in arn.items() if n != c.name]} for c in fit
    ]
    (tmp_path / "account.json").write_text(json.dumps(account))
    (tmp_path / "invariants.yaml").write_text(json.dumps({"invariants": invariants}))
    done = subprocess.run(
        [Path(sys.executable).parent / "iamprover", "verify", "--account", tmp_path / "account.json", "--invariants", tmp_path / "invariants.yaml"],
        text=True,
        capture_output=True,
    )
    said = set(re.findall(r"^\[(?:PASS|FAIL)\] (case-\d+)", done.stdout, re.M))
    proven = set(re.findall(r"^\[PASS\] (case-\d+)", done.stdout, re.M))
    assert len(said) == len(fit), f"iamprover answered {len(said)} of {len(fit)}: {done.stderr[-2000:]}"
    contradicted = [c for c in fit if c.name in proven and partial[c.name]["verdict"] == "allowed"]
    wrong = [c for c in contradicted if explained("iamprover", c, partial[c.name], "denied") is None]
    print(f"iamprover: {len(fit)} cases, {len(proven)} proven, {len(contradicted) - len(wrong)} explained")
    assert proven and not wrong, "\n\n".join(f"{c.name} is proven impossible\n{json.dumps(c.ours(complete=False))}" for c in wrong[:5])
