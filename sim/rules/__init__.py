"""The rule register: which rule of the five documents is in force, where, and how that is known."""
