"""Figures from public sources that the reports stand beside the model's."""
