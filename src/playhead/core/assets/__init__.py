"""Assets: style sheets, fonts and pictures that a recorded page asked its own hosts for."""
