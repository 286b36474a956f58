"""Sample people, sample sources and a demo identity provider: never in production."""
