"""What visitors notice while parts of the product are killed, stopped or hung, and its disk or database fails."""
