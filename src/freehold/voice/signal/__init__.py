"""Signal processing on one channel of speech. Knows no effects, no engines and no HTTP.

level      decibels and a limiter        pitch     the fundamental frequency, tracked    envelope   what the mouth does
stretch    time without pitch            psola     pitch without time and formants       whisper    noise for a voice
"""
