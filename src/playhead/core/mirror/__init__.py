"""The page: a mirror of its DOM, kept by the events."""
