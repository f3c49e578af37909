"""InputError: what the person gave cannot be used; one line on stderr, exit code 2."""


class InputError(Exception):
    """The message is one line that says what is wrong and where."""
