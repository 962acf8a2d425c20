"""The built index, opened for reading."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.catalogue import Catalogue
from ingest.catalogue_file import FORMAT
from ingest.encoder import encoder_name
from ingest.errors import IndexCorrupt, IndexMismatch, IndexMissing
from ingest.generations import CATALOGUE, CHROMA, REBUILD, current, hold
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from ingest.nearest import Store, Vectors


@dataclass(frozen=True, slots=True)
class Index:
    """An open generation. It stays readable, whatever is built meanwhile, until it is closed."""

    catalogue: Catalogue
    vectors: Vectors
    encoder_name: str
    generation: str
    held: int

    def close(self) -> None:
        """Let go of the files; the generation may then be deleted by a later build."""
        self.catalogue.close()
        self.vectors.close()
        os.close(self.held)


def open_index(settings: IngestSettings) -> Index:
    """The index as it stands, for reading. IndexMissing or IndexMismatch say which command puts it right."""
    generation, held = _held_generation(settings.index)
    try:
        catalogue = Catalogue.open(generation / CATALOGUE)
        name = _checked(settings, generation, catalogue)
        from ingest.nearest import Vectors  # numpy and Chroma: only for those who search

        vectors = Vectors(catalogue, _store(settings, generation, catalogue, name))
    except BaseException:
        os.close(held)
        raise
    return Index(catalogue, vectors, name, generation.name, held)


def _store(settings: IngestSettings, generation: Path, catalogue: Catalogue, name: str) -> Store:
    if settings.chroma:
        from ingest.vector_server import ServerStore

        return ServerStore(settings.chroma, str(catalogue.info()["collection"]))
    from ingest.vectors import VectorStore

    if not (generation / CHROMA).is_dir():
        raise IndexMissing(
            f"{generation}：向量写在 Chroma 服务器上；请设置 IPPLAN_CHROMA，或运行 python -m ingest build 写在本地"
        )
    return VectorStore.open(generation / CHROMA, name, create=False)


def is_current(settings: IngestSettings, index: Index) -> bool:
    """Whether `index` is still the newest generation. Cheap: reads one small file."""
    generation = current(settings.index)
    return generation is not None and generation.name == index.generation


def _held_generation(root: Path) -> tuple[Path, int]:
    for attempt in (1, 2):
        generation = current(root)
        if generation is None:
            break
        try:
            return generation, hold(generation)
        except (FileNotFoundError, BlockingIOError) as error:  # swept between the two steps: look again
            if attempt == 2:
                raise IndexCorrupt(f"{generation}：索引不完整；请运行 {REBUILD} 重建") from error
        except OSError as error:
            raise IndexCorrupt(f"{generation}：索引打不开（{error.strerror}）；请检查文件夹的读取权限") from error
    raise IndexMissing(f"{root}：还没有建立索引；请先运行 python -m ingest build")


def _checked(settings: IngestSettings, generation: Path, catalogue: Catalogue) -> str:
    info = catalogue.info()
    if info["format"] != FORMAT:
        raise IndexMismatch(
            f"{generation}：索引格式是第 {info['format']} 版，程序要第 {FORMAT} 版；请运行 python -m ingest build 重建"
        )
    name, wanted = str(info["encoder"]), encoder_name(settings)
    if name != wanted:
        raise IndexMismatch(
            f"{generation}：索引由向量模型“{name}”建立，现在设置的是“{wanted}”；"
            "请运行 python -m ingest build 重建，或改回 IPPLAN_ENCODER"
        )
    return name
