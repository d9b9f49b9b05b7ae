"""Days of China's: licences, names and partners begin and end with them."""

from datetime import date, datetime, timedelta, timezone

from moderation.db import utcnow

CHINA = timezone(timedelta(hours=8), "北京时间")


def day_of(instant: datetime) -> date:
    """Return the day that it is in China at *instant*."""
    return instant.astimezone(CHINA).date()


def today() -> date:
    """Return the day that it is in China."""
    return day_of(utcnow())
