"""What the screens are made of. A widget knows its reactives and its messages; it never fetches."""
