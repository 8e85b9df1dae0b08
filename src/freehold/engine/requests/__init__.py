"""What requests say: OpenAI's bodies with vLLM's and llama.cpp's extensions, read and checked."""
