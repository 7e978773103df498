"""The check of everything a visitor may read: answers, wording, facts and contacts."""
