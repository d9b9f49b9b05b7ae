"""Intake: what platforms send, validated once, stored once, and answered for."""
