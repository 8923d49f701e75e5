"""What the pages of the application share and can do without a browser: no Streamlit in here."""
