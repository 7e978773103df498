"""Text as code sees it: cleaned, normalised, and the words of each language that are recognised."""
