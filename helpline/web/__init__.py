"""What the world sees of the product over HTTP, and the server that every process of it uses."""
