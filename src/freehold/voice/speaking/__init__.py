"""The speech worker: text in, sound out, first clause first.

worker         HTTP: routes, headers, health          phrase         one finished sound that grows and is followed
reading/       a request → the lines to be spoken     phrase_cache   finished sounds, and those being made
voices         finding and listing voices             recording      samples of clauses → marked 24 kHz PCM
terms          whose request, how urgent              studio         a script → a phrase, turn by turn
queue          whose clause is spoken next            encodings      a phrase in each audio format
sample_texts   a sentence in each language            answers        a phrase as bytes or as events
stand_ins      presets that speak for a person        measures       what Prometheus is told
"""
