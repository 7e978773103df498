"""What trains, starts, watches and stops the parts of the product on one machine."""
