"""The overview: all plans of one person, as far as a caller may see them."""
