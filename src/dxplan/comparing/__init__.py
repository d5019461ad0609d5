"""What changed between two editions of a plan, in the plan’s own words."""
