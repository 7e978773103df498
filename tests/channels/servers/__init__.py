"""Local servers that speak the providers' APIs as those document them, for tests and benchmarks."""
