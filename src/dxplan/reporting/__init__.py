"""What the check tells, in the forms that people and programs read; the pages of the rules."""
