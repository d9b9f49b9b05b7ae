"""The Celery application and its thin tasks; what they do lives in ``moderation``."""
