"""Playhead: session recording, replay and verified analysis for the web."""

__version__ = "0.1.0"
