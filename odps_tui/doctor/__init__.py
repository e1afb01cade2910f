"""What stands between this user and a live list, looked at piece by piece: each with its remedy, none hiding another."""
