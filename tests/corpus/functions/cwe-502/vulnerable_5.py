import shelve
from pathlib import Path


class SavedGames:
    def __init__(self, upload_dir):
        self.folder = Path(upload_dir)

    def _source(self, member_id):
        return str(self.folder / f"{int(member_id)}.save")

    def restore(self, member_id):
        """Load the state file which the member uploaded."""
        with shelve.open(self._source(member_id), flag="r") as shelf:
            return {key: shelf[key] for key in shelf}
