"""What pages share and draw with Streamlit."""
