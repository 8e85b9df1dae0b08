"""The loop: schedule, run, sample, commit. Knows token ids, not text."""
