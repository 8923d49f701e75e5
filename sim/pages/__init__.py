"""The pages of the application: one a file, run by Streamlit; no model code."""
