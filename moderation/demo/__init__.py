"""The demonstration: the embedded service judges the sample items over its real interfaces."""
