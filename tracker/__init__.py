"""Hepatrack: follow-up of liver metastases over successive scans."""

__version__ = "0.1.0"
