"""Samplan: one person, one overview of all that region and municipality have planned and agreed with them."""
