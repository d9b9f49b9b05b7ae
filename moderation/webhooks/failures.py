"""Why a delivery failed. Retrying lives in one place, ``schedule``; a failure only says whether it may help.

DeliveryFailure     the receiver did not take the message
└── Refused         we do not send there: the URL or the address breaks a rule
"""


class DeliveryFailure(Exception):
    """The message was not acknowledged.

    ``permanent``: the same attempt cannot succeed later. ``status`` and ``head``: the answer, if any.
    ``retry_after``: seconds the receiver asks us to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
        head: str | None = None,
    ):
        super().__init__(message)
        self.permanent = permanent
        self.status = status
        self.retry_after = retry_after
        self.head = head

    @property
    def gone(self) -> bool:
        """Whether the receiver asked never to be called again (410)."""
        return self.status == 410


class Refused(DeliveryFailure):
    """The guard does not let the delivery out; nothing was sent."""
