"""What a loan ad says of its price: quotes found in the text, computed to annual rates and compared with limits."""
