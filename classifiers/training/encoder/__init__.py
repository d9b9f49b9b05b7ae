"""Training of the encoder: pretrained weights, vocabulary, fine-tuning, distillation, export. Needs torch."""
