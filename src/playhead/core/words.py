"""Words: a set of names written as people write lists of names."""


def words(text: str) -> frozenset[str]:
    """Return the words of `text`, split at white space."""
    return frozenset(text.split())
