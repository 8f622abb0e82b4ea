"""Mathematics that the standard library lacks. Floats: nothing clinical is decided here, and no word of medicine is known."""
