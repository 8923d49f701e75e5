"""The checks of whether a scenario's parts fit together, by subject."""
