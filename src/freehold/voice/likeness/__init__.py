"""How a voice is like another one: measured, matched by signal processing, and verified. Knows no engines and no HTTP.

profile        pitch, its range and the length of the throat      imitation      a preset brought near a profile
fbank          features as Kaldi computes them                    verification   whether two recordings have one speaker
embedding      a network that tells speakers apart
"""
