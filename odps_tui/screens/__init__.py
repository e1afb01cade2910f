"""The screens: the dashboard and its dialogs."""
