"""Invented people, care givers and their plans."""
