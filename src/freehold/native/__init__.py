"""The CPU executor: a decoder stack, its kernels and its thread pool in C++, behind a plain C interface."""
