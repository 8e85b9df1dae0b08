"""Benchmarks with memory: scenarios against peers, in alternating rounds, kept per machine."""
