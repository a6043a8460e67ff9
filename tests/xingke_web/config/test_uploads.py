"""Large uploads wait in memory that no name leads to."""

import os

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory


def upload(size: int) -> HttpRequest:
    file = SimpleUploadedFile("客户.csv", b"x" * size, content_type="text/csv")
    return RequestFactory().post("/", {"file": file})


def test_a_large_upload_reaches_no_disk_and_is_read_whole() -> None:
    request = upload(4 << 20)
    file = request.FILES["file"]
    assert os.readlink(f"/proc/self/fd/{file.fileno()}").startswith("/memfd:")
    assert (file.size, file.name, len(file.read())) == (4 << 20, "客户.csv", 4 << 20)
    request.close()


def test_a_small_upload_stays_in_the_request() -> None:
    file = upload(100).FILES["file"]
    assert (file.size, file.read()) == (100, b"x" * 100)
