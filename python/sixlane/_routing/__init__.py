"""What a router is made of: its routes, what they inherit, and how they are kept flat."""
