"""Uploads on their way in: anything too long for a request's own memory goes into a file of memory that ends with the process."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from xingke.privacy.memory import memory_file


class MemoryUploadHandler(FileUploadHandler):
    """Takes each upload into memory that leaves nothing behind, where a temporary file would outlive a killed process."""

    file: "UploadedFile[bytes]"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.file = UploadedFile(memory_file(), self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a part of it."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """Hand it over, to be read from its beginning."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """The sender went away: let it go."""
        if hasattr(self, "file"):
            self.file.close()
