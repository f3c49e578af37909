"""Assets of recorded pages: which may be asked for, how they are fetched, and when."""
