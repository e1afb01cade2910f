"""What the progress pane says, one view a module: each turns a sight of a task into lines."""
