"""From data sets to the gate and its report. Needs scikit-learn; nothing here is imported at serving time."""
