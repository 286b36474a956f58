"""May this caller see this? The decision is pure; facts come from storage."""
