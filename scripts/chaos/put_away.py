"""What becomes of a drill's folder when the drill has ended."""

import shutil
from pathlib import Path


def put_away(folder, keep, is_wrong, say):
    """Nothing is left, but what somebody wants to look at."""
    if keep is None and not is_wrong:
        shutil.rmtree(folder, ignore_errors=True)
        return
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        folder = Path(shutil.move(folder, keep / folder.name))
    say(f"journals, logs and exports are kept in {folder}")
