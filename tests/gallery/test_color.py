import numpy as np

from cnnviz.gallery.color import colorize, diverging, lightness, viridis


def test_viridis_is_matplotlibs():
    import matplotlib

    theirs = matplotlib.colormaps["viridis"](np.arange(256), bytes=True)[:, :3]
    assert np.array_equal(viridis(), theirs)


def test_viridis_never_gets_darker():
    # Eight bits let lightness fall back by less than one part in a thousand.
    assert (np.diff(lightness(viridis())) > -1e-3).all()


def test_diverging_is_symmetric_and_monotonic_about_a_grey_middle():
    ramp = diverging()
    assert ramp.shape == (255, 3)
    assert np.ptp(ramp[127]) == 0
    light = lightness(ramp)
    assert (np.diff(light[127:]) > 0).all() and (np.diff(light[:128]) < 0).all()
    assert np.abs(light - light[::-1]).max() < 0.005
    assert light[127] < 0.3 and light[0] > 0.8


def test_below_is_blue_and_above_is_orange():
    ramp = diverging().astype(int)
    assert ramp[40, 2] > ramp[40, 0] and ramp[-40, 0] > ramp[-40, 2]


def test_zero_gets_the_middle_and_what_lies_outside_the_ends():
    ramp = diverging()
    colors = colorize(np.array([-9.0, -1, 0, 1, 9]), -1.0, 1.0, ramp)
    assert np.array_equal(colors, ramp[[0, 0, 127, 254, 254]])


def test_a_flat_scale_gives_the_color_of_zero():
    assert np.array_equal(colorize(np.zeros(3), 0.0, 0.0, viridis()), viridis()[[0, 0, 0]])
    assert np.array_equal(colorize(np.zeros(1), -0.0, 0.0, diverging()), diverging()[[127]])
