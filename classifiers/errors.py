"""ArtifactError: the shipped model or lexicon cannot be trusted; nothing may be assessed with it."""


class ArtifactError(RuntimeError):
    """An artifact is missing, damaged or of another format; the message names the file and what is wrong."""
