"""The overview as JSON for portals."""
