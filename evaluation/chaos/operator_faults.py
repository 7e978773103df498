"""What operators do to a product that runs, and what can go wrong with it."""

import asyncio

from evaluation.chaos.scene import Scene, Undo, cluster_of
from helpline.errors import StartError


async def roll_out(scene: Scene) -> Undo:
    """Take the same model into service once more, as the verb does."""
    cluster = cluster_of(scene)
    command = [*cluster.checkout.helpline, "rollout", "--folder", str(cluster.folder)]
    rolling = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)

    async def undo() -> None:
        if await rolling.wait():
            raise StartError("The model was not taken into service.")

    return undo
