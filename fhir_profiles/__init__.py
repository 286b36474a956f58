"""What we publish: profiles in FHIR Shorthand, what builds them, and the pages about them."""
