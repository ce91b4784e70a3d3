"""Before anything is understood: a model of today's sentences, trained only where the one on disk is old."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from intents.latest import is_old


def renew(folder: Path, say: Callable[[str], None], taught: Path | None = None) -> None:
    """A model of today's sentences, and of what communities taught, if there is none; `say` hears that it takes a
    while."""
    if is_old(folder, taught):
        say("Training the classifier, about half a minute ...")
        # Imported only when needed: scikit-learn alone takes longer than a whole second start may.
        from intents.train import train

        train(folder, anew=False, taught=taught)
