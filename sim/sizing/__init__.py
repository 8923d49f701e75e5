"""Sizing: the fewest posts with which a service keeps what it has promised."""
