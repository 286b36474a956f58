"""What is registered about a person: care relations, consents, blocks, emergency openings and representatives."""
