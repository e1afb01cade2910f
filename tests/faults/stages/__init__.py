"""Where faults happen: a service, a line to it, a machine, each of which can be made bad and good again."""
