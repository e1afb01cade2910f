"""Bytes become values here, and nowhere else: one module per document of the protocol, every text cleaned at this edge."""
