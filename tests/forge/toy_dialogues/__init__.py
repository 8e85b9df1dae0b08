"""Two small families that stand in for the grammar."""
