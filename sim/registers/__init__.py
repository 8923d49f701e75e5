"""What a model rests on, for those who answer for it: assumptions, data, decisions, changes."""
