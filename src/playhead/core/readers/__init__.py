"""Readers: whatever shape a recording arrives in, its events come out."""
