"""Data of a page, read from its HTML."""

from __future__ import annotations

import base64
import gzip
import json
import re


def data_of(page: bytes) -> dict:
    return json.loads(re.search(rb'id="data">(.*?)</script>', page, re.DOTALL)[1])


def blob(page: bytes, number: int) -> bytes:
    text = re.search(rf'id="blob-{number}">([^<]*)<'.encode(), page)[1]
    return gzip.decompress(base64.b64decode(text))
