"""Benchmarks: the overview beside its ceilings, and the contract mapping. Run `python -m benchmarks`."""
