"""All rows, imported in one place so that the metadata is whole."""

from moderation.access import models as access
from moderation.audit import models as audit
from moderation.decisions import models as decisions
from moderation.items import models as items
from moderation.lenders import models as lenders
from moderation.policies import models as policies
from moderation.review import models as review
from moderation.webhooks import models as webhooks

__all__ = ["access", "audit", "decisions", "items", "lenders", "policies", "review", "webhooks"]
