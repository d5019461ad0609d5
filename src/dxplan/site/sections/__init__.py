"""The pages of things, one module for each kind that has a page of its own making."""
