"""The tabs of the detail pane: what each says, and the two views that carry megabytes."""
