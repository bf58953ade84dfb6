"""Runs the built program, and servers for it to talk to, all on 127.0.0.1."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from database import free_port

ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "bin" / "sgexport"
DEMO_INVENTORY = ROOT / "simulator" / "demo"
NOW = "2026-01-02T03:04:05Z"
# Must never be seen again.
SECRET = "wJalrXUtnFEMIsecretK7MDENGbPxRfiCYEXAMPLEKEY"


def environment(home, endpoint=None, credentials=True):
    """The environment of the program: nothing of AWS nor of sgexport but what is given here."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "SGEXPORT_"))}
    env |= {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"}
    if endpoint:
        env["AWS_ENDPOINT_URL"] = endpoint
    if credentials:
        env |= {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET}
    return env


def run(*args, env=None, timeout=60, cwd=None, preexec=None):
    """Runs sgexport to its end; a run that takes longer than timeout seconds fails."""
    command = [str(BINARY), *map(str, args)]
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, timeout=timeout, preexec_fn=preexec, stdin=subprocess.DEVNULL)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    assert SECRET not in done.stdout + done.stderr, "the secret key is in the output"
    return done


def export(out, *args, code=0, **options):
    """Runs sgexport export, which must end with the code."""
    done = run("export", "--out", out, *args, **options)
    assert done.returncode == code, f"export ended with {done.returncode}, want {code}:\n{done.stderr[-3000:]}"
    return done


def manifest(root):
    return json.loads((Path(root) / "manifest.json").read_text())


@contextmanager
def process(command, log, **options):
    """A server process; it is always stopped."""
    with open(log, "wb") as out:
        p = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options)
    try:
        yield p
    finally:
        p.terminate()
        try:
            p.wait(20)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()


def wait_for(what, p, log, ready, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        if (result := ready()) is not None:
            return result
        if p.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start (exit {p.poll()}):\n{Path(log).read_text()[-3000:]}")
        time.sleep(0.1)


@contextmanager
def moto(folder, **variables):
    """An empty moto server, with further variables of its environment; gives its URL."""
    port, log = free_port(), Path(folder) / "moto.log"
    url = f"http://127.0.0.1:{port}"

    def ready():
        try:
            urllib.request.urlopen(url + "/moto-api/", timeout=5)
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return None

    # Without its own credentials boto3, which moto imports, looks for some.
    with process([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], log, env=environment(folder) | variables) as p:
        wait_for("moto", p, log, ready)
        yield url


@contextmanager
def simulate(inventory, folder, *args):
    """sgexport simulate on an inventory; gives its URL."""
    log = Path(folder) / "simulate.log"

    def ready():
        m = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        return m and m[0]

    with process([str(BINARY), "simulate", "--inventory", str(inventory), "--listen", "127.0.0.1:0", *args], log) as p:
        yield wait_for("sgexport simulate", p, log, ready)


@contextmanager
def api(answer):
    """An HTTP server of which answer(operation, request) is the whole logic.

    operation is "ListModels" and the like, of services that have a path instead
    "s3:versioning", "lambda:policy" and the like, request the handler; the answer is
    (status, content type, body, further headers if there are any), or None for no answer
    until the end. Gives its URL."""
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            target = self.headers.get("X-Amz-Target", "")
            found = re.search(rb"Action=(\w+)", self.body)
            operation = target.rpartition(".")[2] or (found[1].decode() if found else "")
            if self.command == "GET":
                path, _, query = self.path.partition("?")
                service = service_of(self) or "s3"
                operation = f"{service}:{re.split('[=&]', query)[0] if service == 's3' else path.rpartition('/')[2]}"
            reply = answer(operation, self)
            if reply is None:
                stopped.wait()
                return
            status, kind, body, *more = reply
            self.send_response(status)
            for name, value in more[0].items() if more else ():
                self.send_header(name, value)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def error(code, message, status=400):
    """An error in the protocol of SageMaker."""
    return status, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()


def sts_error(code, message, status=403):
    """An error in the protocol of STS."""
    xml = f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>x</RequestId></ErrorResponse>'
    return status, "text/xml", xml.encode()


def s3_error(code, message, status):
    """An error in the protocol of S3."""
    xml = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>x</RequestId></Error>"
    return status, "application/xml", xml.encode()


def service_of(request):
    """The service that a request is signed for, or None."""
    signed = re.search(r"/([a-z0-9-]+)/aws4_request", request.headers.get("Authorization", ""))
    return signed and signed[1]


def refusal(request, code, message, status=400):
    """An error in the protocol of the service that is asked."""
    service = service_of(request)
    if service == "s3":
        return s3_error(code, message, status)
    if service == "ec2":
        xml = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>x</RequestID></Response>"
        return status, "text/xml", xml.encode()
    if service in ("iam", "sts"):
        return sts_error(code, message, status)
    return *error(code, message, status), {ERROR_TYPE: code}


ERROR_TYPE = "X-Amzn-Errortype"


def forward(url, request, more=None):
    """Passes a request on to another server, as it is but for more headers, and gives its answer."""
    headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length", "accept-encoding", "connection")} | (more or {})
    try:
        passed = urllib.request.Request(url + request.path, data=request.body or None, headers=headers, method=request.command)
        with urllib.request.urlopen(passed, timeout=30) as r:
            return r.status, r.headers["Content-Type"], r.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers["Content-Type"], e.read(), {ERROR_TYPE: e.headers[ERROR_TYPE]} if ERROR_TYPE in e.headers else {}


def interrupt(p, seconds):
    """Sends what Ctrl-C sends; gives (exit code, seconds that it took)."""
    began = time.monotonic()
    p.send_signal(signal.SIGINT)
    code = p.wait(seconds)
    return code, time.monotonic() - began
