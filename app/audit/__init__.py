"""The trail: intent before anything is read, outcome before the first byte."""
