"""For the player: keyframes, segments and panels, cleaned of what could act."""
