"""Where people keep their keys already: one module for each place, each giving a whole identity or saying what is wrong."""
