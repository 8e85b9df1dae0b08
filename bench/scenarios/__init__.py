"""One scenario a file, each with `TARGET` (one sentence) and `cases(folder)`."""
