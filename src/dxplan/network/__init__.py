"""Plans as networks: what would stall, how alike plans are, what belongs together, and why two things are connected."""
