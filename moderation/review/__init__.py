"""The moderators' queue: cases a person must look at."""
