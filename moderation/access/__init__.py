"""Who may do what: tenants, API keys, inbound webhook sources, moderators' accounts."""
