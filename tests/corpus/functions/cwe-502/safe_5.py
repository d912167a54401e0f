import json
from pathlib import Path


class SavedGames:
    def __init__(self, upload_dir):
        self.folder = Path(upload_dir)

    def _source(self, member_id):
        return self.folder / f"{int(member_id)}.save"

    def restore(self, member_id):
        """Load the state file which the member uploaded."""
        with self._source(member_id).open(encoding="utf-8") as stream:
            return dict(json.load(stream))
