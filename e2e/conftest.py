"""What several tests need: the built program, snapshots, servers. Nothing is skipped:
what is missing fails with what to do about it."""

import inventory
import pytest
from account import ELSEWHERE, REGION, account
from database import VERSIONS, Neo4j
from program import BINARY, NOW, environment, export, moto


@pytest.fixture(scope="session", autouse=True)
def binary():
    assert BINARY.exists(), f"{BINARY} is not there: run make build, or make -C e2e"
    return BINARY


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """An empty home directory: no AWS configuration."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def demo(tmp_path_factory, home):
    """A snapshot of the demo account."""
    out = tmp_path_factory.mktemp("demo") / "snapshot"
    export(out, "--demo", "--now", NOW, env=environment(home, credentials=False))
    return out


@pytest.fixture(scope="session")
def moto_url(tmp_path_factory):
    """A moto server with the inventory of inventory.py."""
    with moto(tmp_path_factory.mktemp("moto")) as url:
        inventory.fill(url)
        yield url


@pytest.fixture(scope="session")
def moto_export(tmp_path_factory, home, moto_url):
    """(snapshot, what the run printed) of the moto account, nothing redacted."""
    out = tmp_path_factory.mktemp("moto-export") / "snapshot"
    regions = [a for r in inventory.REGIONS for a in ("--region", r)]
    done = export(out, *regions, "--redact", "none", "--now", NOW, env=environment(home, moto_url), code=3)
    return out, done


@pytest.fixture(scope="session")
def moto_snapshot(moto_export):
    return moto_export[0]


@pytest.fixture(scope="session")
def world(tmp_path_factory, home):
    """The account of account.py, served."""
    with account(tmp_path_factory.mktemp("account"), home) as served:
        yield served


@pytest.fixture(scope="session")
def account_snapshot(world, tmp_path_factory):
    """A snapshot of it: everything can be read."""
    out = tmp_path_factory.mktemp("account-export") / "snapshot"
    export(out, "--region", REGION, "--region", ELSEWHERE, "--now", NOW, env=world.env)
    return out


@pytest.fixture(params=["demo", "moto"])
def snapshot_dir(request):
    """Each of the two snapshots."""
    return request.getfixturevalue({"demo": "demo", "moto": "moto_snapshot"}[request.param])


@pytest.fixture(scope="session", params=list(VERSIONS))
def server(request, tmp_path_factory):
    """A running Neo4j of each version, one after the other."""
    with Neo4j(request.param, tmp_path_factory.mktemp("neo4j") / request.param) as db:
        yield db


@pytest.fixture
def neo4j(server):
    """The same with an empty database."""
    server.clear()
    return server
