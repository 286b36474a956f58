"""What the app knows of organisations and of their systems."""
