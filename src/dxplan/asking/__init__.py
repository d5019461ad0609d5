"""Questions: saved ones and free ones, where they are asked, and their answers."""
