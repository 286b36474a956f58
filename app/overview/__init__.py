"""The story of one person and every plan."""
