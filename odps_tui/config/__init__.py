"""What the user told us: flags, environment, credentials."""
