"""Measures the product from outside: it uses `helpline`, and nothing in `helpline` needs it but the command line."""
