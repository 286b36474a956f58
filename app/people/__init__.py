"""Who people are, and what is registered about them: care relations, consents, blocks, emergencies, representatives."""
