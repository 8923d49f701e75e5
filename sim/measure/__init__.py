"""What is measured: accounts of each month, the event log, and the measures made of them."""
