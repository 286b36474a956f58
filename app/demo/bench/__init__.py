"""The benchmark: the overview beside its ceilings, both sides in one run."""
