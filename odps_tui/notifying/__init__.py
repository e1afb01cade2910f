"""Telling people who do not look at the screen: by terminal, command or webhook. Never a secret, never SQL."""
