"""Every failure the service names, as one tree, and how each is told over HTTP (RFC 9457).

DaidunError
├── Rejected            the caller can mend it: 4xx
│   ├── Malformed           400  not what it claims to be: JSON, encoding, header
│   ├── Unauthenticated     401
│   ├── Forbidden           403  the key lacks the scope
│   ├── NotFound            404  absent, or another tenant's
│   ├── Conflict            409  same id, other content; a stale edit
│   │   └── SecondPersonNeeded   who asked for a change may not approve it
│   ├── TooLarge            413
│   ├── UnsupportedMedia    415
│   └── Invalid             422  well-formed, but breaks the schema
└── Unavailable         ours to mend: 503, with Retry-After
"""

from collections.abc import Sequence
from typing import Any


class DaidunError(Exception):
    """Base of all failures the service names."""

    status = 500
    title = "Internal error"
    code = "internal"

    def __init__(self, detail: str, *, errors: Sequence[dict[str, Any]] = (), headers: dict[str, str] | None = None):
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}


class Rejected(DaidunError):
    """The caller can mend it."""

    status, title, code = 400, "Bad request", "bad_request"


class Malformed(Rejected):
    """The body or a header is not what it claims to be."""

    status, title, code = 400, "Malformed request", "malformed"


class Unauthenticated(Rejected):
    """No credentials, or none that are valid now."""

    status, title, code = 401, "Unauthenticated", "unauthenticated"


class Forbidden(Rejected):
    """The credentials are valid but lack the scope."""

    status, title, code = 403, "Forbidden", "forbidden"


class NotFound(Rejected):
    """Absent, or another tenant's: a stranger cannot tell which."""

    status, title, code = 404, "Not found", "not_found"


class Conflict(Rejected):
    """The same id with other content, or an edit of a version that is no longer the newest."""

    status, title, code = 409, "Conflict", "conflict"


class SecondPersonNeeded(Conflict):
    """What could turn a block into an allow needs the approval of somebody else than who asked for it."""

    code = "second_person_needed"


class TooLarge(Rejected):
    """The body or the batch exceeds its limit."""

    status, title, code = 413, "Content too large", "too_large"


class UnsupportedMedia(Rejected):
    """The content type is not one the operation reads."""

    status, title, code = 415, "Unsupported media type", "unsupported_media_type"


class Invalid(Rejected):
    """Well-formed, but not what the schema asks for; ``errors`` says where."""

    status, title, code = 422, "Invalid content", "invalid"


class Unavailable(DaidunError):
    """A part of ours is out of order; the same request may succeed later."""

    status, title, code = 503, "Service unavailable", "unavailable"
