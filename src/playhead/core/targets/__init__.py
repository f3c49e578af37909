"""Targets: what a person acted on, in the words they would use: role, accessible name, container, selector."""
