"""Failures of stored policies; they belong to the tree in ``moderation.errors``.

Unavailable
└── StoredPolicyRefused     a live document that this version of the program does not read
"""

from moderation.errors import Unavailable


class StoredPolicyRefused(Unavailable):
    """A document in force can't be read, so nothing may be judged by another one in its stead."""

    code = "policy_refused"
