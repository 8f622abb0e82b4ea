"""The verbs of the command ``tracker``, one module a group of them. Each reads files, calls the library and prints."""
