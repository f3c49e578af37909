"""Checks: one question each. A check returns why a sentence cannot stand, or "" where it has nothing against it."""
