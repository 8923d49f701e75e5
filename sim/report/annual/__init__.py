"""The document of an annual review: what is in it, section by section."""
