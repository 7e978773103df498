"""A small disk in memory for an experiment, which can be filled up and made read-only."""

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DISK_MEGABYTES = 64
_CLONE_NEWNS = 0x00020000


def keep_mounts_private() -> None:
    """Mount from now on for this process and its children alone: with the last of them every mount is gone.

    To be called before the first thread is started. Needs root; without it nothing happens, and nothing can be mounted.
    """
    if os.geteuid() == 0 and ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS) == 0:
        _mount("--make-rprivate", "/")


class SmallDisk:
    """A small disk in memory, which can be filled up and made read-only. Needs root.

    Args:
        folder: Where it is mounted; an empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        self._cover = folder.parent / "cover"

    def fill(self) -> None:
        """Write until nothing more fits."""
        descriptor = os.open(self._filler, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for block in (1 << 20, 1 << 12, 1 << 8, 1):
                with contextlib.suppress(OSError):
                    while os.write(descriptor, bytes(block)):
                        pass
        finally:
            os.close(descriptor)

    def empty(self) -> None:
        """Take away what `fill` wrote."""
        self._filler.unlink(missing_ok=True)

    def cover(self) -> None:
        """Put a read-only copy over the disk: what is opened from now on cannot be written.

        A disk on which files are open for writing cannot be made read-only itself.
        """
        self._cover.mkdir(exist_ok=True)
        _mount("-t", "tmpfs", "-o", f"size={2 * DISK_MEGABYTES}m", "tmpfs", str(self._cover))
        shutil.copytree(self.folder, self._cover, dirs_exist_ok=True)
        _mount("-o", "remount,ro", str(self._cover))
        _mount("--move", str(self._cover), str(self.folder))

    def uncover(self) -> None:
        """Take the read-only copy away."""
        _run("umount", "--lazy", str(self.folder))

    def remove(self) -> None:
        """Unmount all that is mounted here."""
        for folder in (self.folder, self._cover):
            while os.path.ismount(folder):
                _run("umount", "--lazy", str(folder))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount a small disk, and unmount it in the end whatever happens."""
    folder.mkdir()
    disk = SmallDisk(folder)
    try:
        _mount("-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder))
        yield disk
    finally:
        disk.remove()


def _mount(*arguments: str) -> None:
    _run("mount", *arguments)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- mount and umount, our own folders
