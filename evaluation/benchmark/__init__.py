"""Speed and memory of the running product. Figures of one run are compared with each other only."""
