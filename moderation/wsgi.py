"""What gunicorn serves: ``gunicorn moderation.wsgi:app``."""

from moderation.app import create_app
from moderation.logs import configure_logging
from moderation.settings import Settings

_settings = Settings()
configure_logging(_settings.log_level)
app = create_app(_settings)
