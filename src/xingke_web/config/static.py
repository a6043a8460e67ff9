"""Hashed and compressed static files, served by the process itself."""

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Names with a content hash once the files are collected, plain names before that."""

    def stored_name(self, name: str) -> str:
        """The name a page links to."""
        return str(super().stored_name(name)) if self.hashed_files else name


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # as above
    """WhiteNoise that answers in one piece: an ASGI server would otherwise have to drain its file iterator in a thread."""

    @staticmethod
    def serve(static_file: object, request: HttpRequest) -> HttpResponseBase:
        """The response for one file."""
        response: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        if not isinstance(response, FileResponse):
            return response
        whole = HttpResponse(b"".join(response), status=response.status_code)
        whole.headers = response.headers
        response.close()
        return whole


def sources_digest() -> str:
    """A digest over names, sizes and times of all files that would be collected."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_refresh(root: Path) -> bool:
    """Collect the files into `root` unless it already holds them as they are. Returns whether it collected."""
    from django.core.management import call_command

    marker = root / ".digest"
    digest = sources_digest()
    if marker.is_file() and marker.read_text(encoding="ascii") == digest:
        return False
    call_command("collectstatic", interactive=False, clear=root.is_dir(), verbosity=0)
    marker.write_text(digest, encoding="ascii")
    return True
