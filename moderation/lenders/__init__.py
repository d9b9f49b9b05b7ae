"""Who may lend: the registry of licensed lenders and what it says of a publisher on a date."""
