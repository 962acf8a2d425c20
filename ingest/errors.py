"""Everything that can go wrong while plans are read, as one tree.

    IngestError
    ├── SourceError           a file that cannot be taken: missing, empty, binary, unreadable, no text
    ├── CorpusError           corpus.toml: a key missing or wrong
    ├── PlanNotFound          no plan, clause or section of that id
    ├── EncoderError          the embedding model is missing, damaged or cannot be loaded
    └── IndexFault            the stored index
        ├── IndexMissing      nothing built yet
        ├── IndexMismatch     built with another encoder or another format
        ├── IndexLocked       another build is running
        ├── IndexCorrupt      stored files cannot be read
        ├── IndexUnreachable  the Chroma server does not answer
        └── IndexWriteError   the folder is read-only or the disk is full

A message says what is wrong, where, and what to do. Pages and command lines show it as it is, so it is in Chinese.
"""


class IngestError(Exception):
    """Base of every error this package raises on purpose."""


class SourceError(IngestError):
    """A file cannot be taken as a plan."""


class CorpusError(IngestError):
    """corpus.toml has a missing or wrong key."""


class PlanNotFound(IngestError):
    """No plan, section or clause has this id."""


class EncoderError(IngestError):
    """The embedding model is missing, damaged or cannot be loaded."""


class IndexFault(IngestError):
    """The stored index cannot be used."""


class IndexMissing(IndexFault):
    """Nothing has been built yet."""


class IndexMismatch(IndexFault):
    """The index was built with another encoder or in another format."""


class IndexLocked(IndexFault):
    """Another build holds the index."""


class IndexCorrupt(IndexFault):
    """Stored files cannot be read."""


class IndexUnreachable(IndexFault):
    """The Chroma server does not answer."""


class IndexWriteError(IndexFault):
    """The index folder cannot be written."""
