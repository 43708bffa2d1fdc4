"""Films as MP4: what a player shows when, and the same bytes again."""

import io

import numpy as np
from PIL import Image

from cnnviz.gallery.films.channels_film import film
from cnnviz.gallery.films.mp4 import mp4
from cnnviz.gallery.views import show


def seen(video: bytes) -> list[tuple[float, np.ndarray]]:
    """Return the second at which each frame comes, and its pixels (h, w, 3)."""
    import av

    with av.open(io.BytesIO(video)) as container:
        return [(float(frame.time), frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_frames_come_when_they_do_in_the_gif_and_look_the_same():
    grays = (0, 120, 255)
    sheets = [Image.fromarray(np.full((51, 83, 3), gray, np.uint8)) for gray in grays]
    made = mp4(film(sheets, [np.asarray(sheet) for sheet in sheets], milliseconds=[350, 350, 2000]))
    frames = seen(made)
    # The last frame comes once more, so that it stays for its time.
    assert np.allclose([at for at, _ in frames], [0, 0.35, 0.7, 2.7])
    for (_, pixels), gray in zip(frames, (*grays, 255), strict=True):
        # Sides of an odd number of pixels have grown by a white one.
        assert pixels.shape == (52, 84, 3)
        assert np.abs(pixels[:48, :80].astype(int) - gray).max() <= 3
        assert pixels[51, 40].min() > 200


def test_every_animation_is_there_as_mp4_and_the_same_again(conv2):
    made = show(conv2, "mp4", layer="conv2")
    assert made == show(conv2, "mp4", layer="conv2")
    frames = seen(made)
    gif = Image.open(io.BytesIO(show(conv2, "gif", layer="conv2")))
    assert len(frames) == gif.n_frames + 1 == len(conv2) + 1
    for number in (0, 9):
        gif.seek(number)
        still = np.asarray(gif.convert("RGB")).astype(int)
        pixels = frames[number][1][: still.shape[0], : still.shape[1]].astype(int)
        # Brightness is kept to a few levels; color has half the places.
        assert np.abs(pixels.mean(axis=2) - still.mean(axis=2)).mean() < 2
