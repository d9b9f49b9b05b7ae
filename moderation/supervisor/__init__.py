"""The embedded default: one command starts broker, web server and workers, and takes them down with it."""
