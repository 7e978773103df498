"""Whether a message speaks of danger: patterns, learned scores and the intent classifier's margins weighed together."""
