"""Decides whether a caller may see or change something. Pure: the facts come from storage."""
