"""How good the classifier is, on texts of authors that its models have not read. See docs/model-card.md."""
