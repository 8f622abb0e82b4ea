"""Reading report text: measurements with their spans, what was measured and when, what is said of the liver."""
