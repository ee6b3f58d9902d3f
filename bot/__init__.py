"""Kiem, the running assistant. Owns the process; what Kiem knows lives in `knowledge`, what it says next in `actions`."""

__version__ = "0.1.0"
