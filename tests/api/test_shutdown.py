"""`samplan serve`: a process that ends when it is told to."""

import signal
import socket
import subprocess
import sys
import time

from app.demo.children import free_port
from tests.builders.world import BASE

AT_WORK = 2
"""Seconds after which the request waits for the rest of its body."""

GRACE = 12
"""Seconds that the process may take to end: those of its own grace, and some for a busy machine."""


def connected(port):
    """A connection to the server, as soon as it listens."""
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the server does not listen")


def test_a_slow_client_does_not_keep_the_server_from_ending(database, identity, pytestconfig):
    """A client that has sent half a body is cut off some seconds after SIGTERM."""
    port = free_port()
    environment = {
        "SAMPLAN_DATABASE_URL": database.app_url,
        "SAMPLAN_BASE_URL": BASE,
        "SAMPLAN_PORT": str(port),
        "SAMPLAN_ISSUER": identity.url,
        "SAMPLAN_JWKS_URL": f"{identity.url}/jwks",
        "SAMPLAN_AUDIENCE": BASE,
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli.samplan", "serve"],
        cwd=pytestconfig.rootpath,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connected(port) as client:
            head = f"POST /fhir HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {identity.token('ehr-region')}\r\n"
            client.sendall(f"{head}Content-Type: application/fhir+json\r\nContent-Length: 100\r\n\r\n{{".encode())
            time.sleep(AT_WORK)
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=GRACE)
    finally:
        server.kill()
        server.wait()
