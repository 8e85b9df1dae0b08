"""Anthropic's Messages API and OpenAI's Chat Completions, each in terms of the other.

Source: the types of the Python packages `anthropic` 2.14.0 and `openai` 3.52.0, and platform.claude.com/docs.

    messages_request   chat request → Messages request      chat_request     Messages request → chat request
    chat_answer        Message → chat completion            messages_answer  chat completion → Message
    chat_stream        Anthropic's events → chunks          messages_stream  chunks → Anthropic's events
"""
