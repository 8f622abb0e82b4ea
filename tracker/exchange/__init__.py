"""Files to drafts and back. Readers are pure: bytes or text in, drafts and problems out."""
