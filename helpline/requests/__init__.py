"""What a visitor leaves with the helpline: a call back or a peer-volunteer sign-up. Stores nothing."""
