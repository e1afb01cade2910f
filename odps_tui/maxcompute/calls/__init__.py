"""The client's methods, by what they ask about. `odps_tui.maxcompute.client` puts them together."""
