"""Pages for paper: Pictures drawn as vectors, and the sheets they stand on."""
