"""Speaks and listens. Its workers are OpenAI-compatible servers like any other worker.

sound          samples and their rates          children/      child processes and the pipe protocol
synthesizer    what every engine that speaks does; synthesizers/ one file each     speaking/   the speech worker
transcriber    what every engine that listens does; transcribers/ one file each    hearing/    the transcription worker
effect         what changes a sound; effects/ one file each                        workshop/   the sound worker
shaping        what an engine cannot do itself, done to its samples; signal/ has the parts
likeness/      how one voice is like another one                                   onnx_session  opens a graph
espeak_pool    espeak-ng's processes, and its phonemes for Kokoro (kokoro_phonemes)
codecs/        sound ↔ files and streams        watermark/     the keyed mark of every synthesised sound
"""
