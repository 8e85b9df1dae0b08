"""The sound worker: effects on recordings, the search for the watermark in them, and whose voice they have."""
