"""``python -m moderation`` is ``daidun``."""

from moderation.cli import main

main()
