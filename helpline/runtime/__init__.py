"""How the product is trained, started, watched and talked to on one machine."""
