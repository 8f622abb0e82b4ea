"""What a whole course comes to: one endpoint a file, each from the responses or sums of its time points."""
