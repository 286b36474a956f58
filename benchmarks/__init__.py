"""Benchmarks of the overview and of the contract mapping: `python -m benchmarks --help`."""
