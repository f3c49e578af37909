"""The narrative: a trace as numbered lines within a token budget."""
