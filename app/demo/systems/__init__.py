"""The demo's source systems and its identity provider."""
