"""`python -m benchmarks` and `python -m benchmarks contracts`."""

import sys

from benchmarks.run import main

sys.exit(main(sys.argv[1:]))
