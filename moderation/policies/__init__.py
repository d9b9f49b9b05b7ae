"""Policy documents of tenants and their life: draft, shadow, live, retired; the pure policy is in ``policy``."""
