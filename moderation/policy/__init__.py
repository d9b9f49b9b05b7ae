"""What follows from a reading and a standing. Pure: no model, no database, no clock."""
