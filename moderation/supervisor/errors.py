"""What keeps the embedded service from starting, told in one line by the command line."""

from moderation.errors import DaidunError


class CannotStart(DaidunError):
    """The service did not come up; the message says what to do about it."""
