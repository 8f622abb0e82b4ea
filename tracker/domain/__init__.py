"""The domain: lesions, exams, rules. Standard library only, no clock, no I/O."""
