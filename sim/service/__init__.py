"""The model of the service: children, workers, diaries, stages and moves."""
