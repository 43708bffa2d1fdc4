"""Animations as MP4 (H.264), for slides and sites without GIF."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
from PIL import Image, ImageSequence

from cnnviz.core.errors import UsageError

NO_ENCODER = "mp4 needs an encoder: pip install 'cnnviz[video]', or choose gif"
_TICKS = Fraction(1, 1000)
#: Nearly lossless, so that text and map pixels stay sharp.
_QUALITY = "16"


def mp4(gif: bytes) -> bytes:
    """Return an animated GIF as MP4, played once; the same input gives the same bytes with the same encoder.

    It needs PyAV, from ``pip install cnnviz[video]``; UsageError without. Odd sides are padded by one white pixel, as
    the encoder requires.
    """
    try:
        import av
    except ImportError:
        raise UsageError(NO_ENCODER) from None
    film = Image.open(io.BytesIO(gif))
    size = film.width + film.width % 2, film.height + film.height % 2
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": _QUALITY, "tune": "stillimage", "bf": "0"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TICKS
        # The bytes depend on the number of threads.
        stream.codec_context.thread_count = 1
        at = 0
        last = getattr(film, "n_frames", 1) - 1
        for number, image in enumerate(ImageSequence.Iterator(film)):
            lasts = image.info["duration"]
            canvas = Image.new("RGB", size, "white")
            canvas.paste(image.convert("RGB"))
            frame = av.VideoFrame.from_ndarray(np.asarray(canvas), format="rgb24")
            # A frame lasts until the next one, so the last one is repeated at its end.
            times = [at, at + lasts] if number == last else [at]
            for time in times:
                frame.pts, frame.time_base = time, _TICKS
                container.mux(stream.encode(frame))
            at += lasts
        container.mux(stream.encode())
    return file.getvalue()
