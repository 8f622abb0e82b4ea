"""Proof on the installed version: the published cases that are shipped, and studies that others judged."""
