"""Parts of a scenario file that describe one strand of work or of input each."""
