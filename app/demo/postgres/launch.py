"""Replaces itself by another program, as another user, which ends with its parent; run by path, never imported.

    python -I -S launch.py PARENT UID GID PROGRAM [ARGUMENT ...]

The death signal is asked for here, after the change of user, because that change clears it; and in a process of its
own, because between fork and exec of a threaded parent no Python code is safe. See prctl(2), PR_SET_PDEATHSIG.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, uid: int, gid: int, program: list[str]) -> None:
    """Drop to `uid` and `gid` if they are others, ask for SIGINT when the parent ends, and become `program`."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None
    os.umask(0o077)
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if prctl is not None and prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    # A parent that ended before the line above sent no signal: whoever adopted us is not it.
    if os.getppid() != parent:
        sys.exit("the parent ended first")
    os.execv(program[0], program)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
