"""HTTP/1.1 straight over asyncio, where no proxy is asked: what httpx has below it takes longer, to load and to ask."""
