"""The service: intake, registry, policy, decisions, review and delivery. One folder a concern."""
