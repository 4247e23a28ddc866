"""The watcher: a refresh when the files changed and settled, none while they are being written or are as before."""

from pathlib import Path

import pytest

from flows.watching import Watch


class Folder:
    """A folder of extracts, and what happens to it while the watcher waits."""

    def __init__(self, path: Path) -> None:
        self.path = path / "extracts"
        self.path.mkdir()
        self.watch = Watch(self.path, path / "watched.json", every=1, settle=3)
        self.refreshed: list[str] = []
        self.waited = 0
        self.meanwhile: dict[int, str] = {}
        self.exit_code = 0

    def write(self, content: str, name: str = "patients.csv") -> None:
        (self.path / name).write_text(content, "utf-8")

    def once(self) -> bool:
        return self.watch.once(self.refresh, self.wait)

    def refresh(self) -> int:
        self.refreshed.append((self.path / "patients.csv").read_text("utf-8"))
        return self.exit_code

    def wait(self, seconds: float) -> None:
        self.waited += 1
        if (content := self.meanwhile.get(self.waited)) is not None:
            self.write(content)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.write("one")
    return made


def test_new_files_are_refreshed_once(folder: Folder) -> None:
    assert folder.once()
    assert not folder.once()
    folder.write("two, longer")
    assert folder.once()
    assert folder.refreshed == ["one", "two, longer"]


def test_files_still_being_copied_are_left_until_they_are_quiet(folder: Folder) -> None:
    folder.meanwhile = {2: "half", 4: "nearly whole", 5: "the whole file"}
    assert folder.once()
    assert folder.refreshed == ["the whole file"]
    assert folder.waited == 5 + 3


def test_equal_content_written_anew_is_no_change(folder: Folder) -> None:
    folder.once()
    folder.write("one")
    assert not folder.once()


def test_what_was_blocked_is_not_tried_again_but_what_could_not_start_is(folder: Folder) -> None:
    folder.exit_code = 3
    assert folder.once()
    assert not folder.once()
    folder.write("two, longer")
    folder.exit_code = 2
    assert folder.once()
    assert folder.once()


def test_a_file_that_a_program_has_open_does_not_count(folder: Folder) -> None:
    folder.once()
    folder.write("lock of a program", "~$patients.xlsx")
    folder.write("half", ".patients.csv.part")
    assert not folder.once()
