"""espeak-ng and Piper as processes of their own, spoken to over a pipe. Imports nothing of Freehold.

protocol   messages on the pipe: one request at a time, which may be cancelled      __main__   the espeak-ng process
library    espeak-ng's C interface                                                  piper      the Piper process
engine     speaking and phonemes                                                    numbers    a request's fields
"""
