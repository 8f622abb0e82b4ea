"""Speed and memory as figures, never as assertions: ``python -m tests.benchmarks``."""
