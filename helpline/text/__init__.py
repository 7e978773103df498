"""Text as such: one spelling for what people type, and the English words that are known."""
