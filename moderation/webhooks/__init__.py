"""Deliveries: stored before they are sent, signed, retried for days, logged."""
