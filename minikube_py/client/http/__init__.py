"""HTTP/1.1 for servers, over asyncio and h11: bytes of a connection to HttpRequests, answers to bytes, with limits on both."""
