"""A corpus of hostile HTTP requests as data, and what plays it against a server over a raw socket."""
