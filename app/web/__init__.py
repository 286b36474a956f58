"""The reference portal's pages."""
