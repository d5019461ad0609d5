"""Errors that are planted: at known rates, each with what a check is to find of it."""
