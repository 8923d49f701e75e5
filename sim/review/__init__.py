"""The annual review: last year's forecast, what happened, and whether the model is still fit."""
