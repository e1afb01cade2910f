"""HTTP/1.1 and the proof of who asks. Knows nothing of instances."""
