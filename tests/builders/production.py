"""What the production recipe meets in its test: a PostgreSQL of its own, issuers of tokens, and a source."""

import contextlib
import json
import os
import pwd
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from app import jose
from app.demo.postgres import binaries


class Cluster(NamedTuple):
    """A running PostgreSQL, in whose socket directory a superuser may do everything."""

    programs: Path
    directory: Path

    def psql(self, *arguments: str) -> None:
        """Run psql as the superuser."""
        command = [self.programs / "psql", "--no-psqlrc", "--quiet", "-h", self.directory, "-U", "postgres", *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def url(self, role: str, password: str) -> str:
        """The address of the database for a role."""
        return f"postgresql://{role}:{password}@/samplan?host={self.directory}"


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A new PostgreSQL with its own superuser, gone after the block."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid} if os.geteuid() == 0 else {}
    programs = binaries.directory(uid=user.pw_uid)
    with tempfile.TemporaryDirectory(prefix="samplan-recipe-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        os.chown(directory, user.pw_uid, user.pw_gid)
        new = [programs / "initdb", "-D", directory / "data", "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8"]
        auth = ["--auth-local=trust", "--auth-host=reject"]
        subprocess.run([*new, *auth], check=True, capture_output=True, cwd="/", **who)
        command = [programs / "postgres", "-D", directory / "data", "-k", directory, "-h", ""]
        server = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **who)
        try:
            _wait((directory / ".s.PGSQL.5432").exists)
            started = Cluster(programs, directory)
            _wait(lambda: _answers(started))
            yield started
        finally:
            server.terminate()
            server.wait()


def _answers(started: Cluster) -> bool:
    try:
        started.psql("-c", "SELECT 1")
    except subprocess.CalledProcessError:
        return False
    return True


def _wait(condition: Any) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("nothing was ready within 30 seconds")


class Outside:
    """The issuers' keys and the source, on loopback: `issuers` sign, `source` is what its searches answer by type."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = jose.new_key("issuer")
        self.source: Mapping[str, list[dict[str, Any]]] = {}

    def token(self, issuer: str, **claims: object) -> str:
        """An access token of an issuer."""
        now = int(time.time())
        life = {"iat": now, "exp": now + 600, "jti": uuid4().hex}
        return jose.sign(
            {"iss": f"{self.url}/{issuer}", "aud": "https://samplan.example", **life, **claims}, self.key, typ="at+jwt"
        )

    def answer(self, path: str) -> Mapping[str, Any]:
        """What a GET or a POST of this path gives."""
        if path.endswith("/jwks"):
            return jose.key_set([self.key])
        if path.endswith("/token"):
            return {"access_token": "x", "token_type": "Bearer", "expires_in": 300}
        resources = self.source.get(path.removesuffix("/_search").rpartition("/")[2], [])
        entries = [{"resource": resource, "search": {"mode": "match"}} for resource in resources]
        return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


@contextlib.contextmanager
def outside() -> Iterator[Outside]:
    """The issuers and the source, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            body = json.dumps(there.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/fhir+json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Outside(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
