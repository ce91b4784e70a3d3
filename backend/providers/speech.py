"""Puts a voice into words by a recogniser that we ask over HTTP, in the form that most of them understand."""

from __future__ import annotations

from bot.contract.errors import Unavailable

# A minute of voice; beyond it a person listens.
SECONDS = 20.0
MOST = 2_000


class Recogniser:
    """`POST <url>` with `file`, `model` and `language` as a form; the answer is JSON with a `text`."""

    def __init__(self, url: str, model: str, key: str) -> None:
        self._url, self._model = url, model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def words(self, content: bytes, content_type: str, language: str) -> str:
        """Empty where nothing was made out. Raises `Unavailable`."""
        import httpx

        files = {"file": (f"voice.{content_type.partition('/')[2]}", content, content_type)}
        asked = {"model": self._model, "language": language.partition("_")[0], "response_format": "json"}
        try:
            async with httpx.AsyncClient(timeout=SECONDS, headers=self._headers) as client:
                answer = await client.post(self._url, files=files, data=asked)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            # Not the message: it may hold what was heard.
            raise Unavailable(f"the recogniser: {type(error).__name__}", retry_after=0) from None
        text = found.get("text") if isinstance(found, dict) else None
        if not isinstance(text, str):
            raise Unavailable("the recogniser answered without a text", retry_after=0)
        return text.strip()[:MOST]
