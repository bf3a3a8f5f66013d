"""Classes and colours: every value in one class, none empty, odd inputs settled or refused."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tiGIS
from tiGIS.maps import palettes
from tiGIS.maps.classes import METHODS, classify

values = hnp.arrays(
    float,
    st.integers(1, 60),
    elements=st.one_of(
        st.floats(-1e12, 1e12, allow_nan=False).map(lambda v: float(f"{v:.6g}")),
        st.integers(-5, 5).map(float),
        st.just(np.nan),
    ),
)


def check(array, found):
    """What must hold of any classification."""
    known = ~np.isnan(array)
    assert (found.index[~known] == -1).all()
    assert all(found.counts)
    assert sum(found.counts) + found.missing == len(array)
    array = np.array([float(f"{v:.12g}") for v in array.tolist()])  # what differs beyond 12 digits is noise
    for i, (low, high) in enumerate(found.intervals):
        inside = array[found.index == i]
        assert (inside <= high).all()
        # the centre of a diverging scale is in the class that begins there
        begins = i == 0 or low == found.center or low == high
        assert (inside >= low).all() if begins else (inside > low).all()


@given(values, st.sampled_from(METHODS), st.one_of(st.none(), st.integers(1, 7)))
def test_every_value_has_its_class_and_no_class_is_empty(array, method, k):
    found = classify(array, method, k=k)
    check(array, found)
    if k is not None:
        assert found.k <= (7 if method == "pretty" else k)


@given(values, st.sampled_from(METHODS), st.integers(1, 5), st.integers(-3, 3).map(float))
def test_diverging_scales_split_at_their_centre(array, method, k, center):
    found = classify(array, method, k=k, center=center)
    check(array, found)
    for i in range(found.k):
        inside = array[found.index == i]
        assert (inside < center).all() if i < found.below else (inside >= center).all()
    assert len(palettes.diverging("change", found.below or 0, found.k - (found.below or 0))) == found.k


@given(values, st.sampled_from(["quantiles", "fisher-jenks", "equal", "head-tail"]), st.integers(2, 7))
@example(np.array([0, 0, -1, -0.992188, -0.992188]), "quantiles", 3)
def test_short_bounds_move_no_value(array, method, k):
    """Against the plain bounds of mapclassify (or of equal steps), on the same values."""
    import mapclassify

    # half of the least of all numbers is no number: interpolations, mapclassify's too, round it either way
    array = np.where(np.abs(array) < np.finfo(float).tiny, 0.0, array)
    known = array[~np.isnan(array)]
    distinct = len(np.unique(known))
    assume(distinct >= k)
    found = classify(array, method, k=k)
    if method == "head-tail":
        # sorted: a mean depends on the order of its sum, by a hair
        plain = mapclassify.HeadTailBreaks(np.sort(known)).bins[: k - 1]
    elif method == "equal":
        plain = np.min(known) + (np.max(known) - np.min(known)) / k * np.arange(1, k)
    else:
        scheme = {"quantiles": mapclassify.Quantiles, "fisher-jenks": mapclassify.FisherJenks}[method]
        plain = scheme(known, k=k).bins[:-1]
    # the interpolation of a quantile between two equal values may miss them by a hair
    plain = [float(f"{bound:.12g}") for bound in plain]
    expected = np.searchsorted(np.unique(plain), known, side="left")
    _, expected = np.unique(expected, return_inverse=True)
    assert (found.index[~np.isnan(array)] == expected).all()


@pytest.mark.parametrize("values", [[-3, -2, 0, 0, 1, 4], [-3, -2, -1, 0, 0], [0, 0, 2, 5], [0, 0], [-2, 0]])
def test_no_change_is_no_loss(values):
    for options in ({}, {"method": "equal", "k": 2}, {"bins": [-4, -2, 0, 6]}, {"bins": [-4, -2, 0]}):
        if "bins" in options and max(values) > options["bins"][-1]:
            continue
        found = classify(values, center=0, **options)
        for value, number in zip(values, found.index, strict=True):
            assert (found.slots[number] < found.below) == (value < 0)
        assert all(found.counts)


def test_numbers_that_stand_for_no_value():
    found = classify([-1.7976931348623157e308, 3.4028234663852886e38, 2, 3, 4, 5])
    assert found.missing == 2
    assert found.bounds[0] >= 2
    with pytest.raises(tiGIS.InputError, match="below 1e300"):
        classify([-1.7e308, 2, 3, 1.7e308])


def test_values_that_differ_by_float_noise_share_a_class():
    values = np.array([0.1 + 0.2, 0.3, 9.928737288814001, 9.928737288814002, 20])
    found = classify(values, "quantiles", k=3)
    assert found.index[0] == found.index[1]
    assert found.index[2] == found.index[3]
    assert all(len(str(bound)) < 8 for bound in found.bounds)


def test_bounds_are_as_short_as_they_can_be():
    found = classify([1.234, 2.345, 17.891, 18.123, 40.05, 41.77], "quantiles", k=3)
    assert found.bounds == (1.0, 10.0, 30.0, 42.0)


@pytest.mark.parametrize("method", METHODS)
def test_odd_inputs(method):
    assert classify([np.nan, np.nan], method).k == 0
    assert classify([None, 3.0], method).counts == (1,)
    equal = classify([7.5] * 10, method)
    assert equal.counts == (10,)
    assert equal.intervals == ((7.5, 7.5),)
    for scale in (1e-9, 1e12):
        check(np.arange(20) * scale, classify(np.arange(20) * scale, method, k=4))
    negative = -np.arange(1.0, 30.0)
    check(negative, classify(negative, method))
    with pytest.raises(tiGIS.InputError, match="infinite"):
        classify([1, np.inf], method)


def test_refusals_say_what_to_do():
    with pytest.raises(tiGIS.InputError, match="expected 'quantiles'"):
        classify([1, 2], "naturel")
    with pytest.raises(tiGIS.InputError, match="1 to 7"):
        classify([1, 2], k=12)
    with pytest.raises(tiGIS.InputError, match="outside"):
        classify([1, 20], bins=[0, 10])
    with pytest.raises(tiGIS.InputError, match="increasing"):
        classify([1, 2], bins=[0, 5, 5])
    with pytest.raises(tiGIS.InputError, match="not all numbers"):
        classify(["a", "b"])


def test_by_hand_keeps_the_colours_of_the_whole_scale():
    found = classify([12, 14, 38], bins=[0, 10, 20, 30, 40])
    assert found.slots == (1, 3)
    assert found.places == 4
    assert found.intervals == ((10, 20), (30, 40))
    assert found.index.tolist() == [0, 0, 1]


def test_the_number_of_classes_follows_the_values():
    assert classify(np.repeat([1, 2, 3], 20)).k == 3
    assert classify([1, 2, 3, 4]).intervals == ((1, 1), (2, 2), (3, 3), (4, 4))
    assert classify([1, 2, 3, 4, 5]).k >= 4
    assert classify([1, 1, 1, 1, 1, 2.123456, 3]).k == 3
    assert max(len(str(bound)) for bound in classify([1 / 3, 2 / 7, 11 / 7]).bounds) < 5
    rng = np.random.default_rng(1)
    assert 4 <= classify(rng.lognormal(size=500), "fisher-jenks").k <= 7


def test_many_values_are_thinned_for_fisher_jenks():
    array = np.random.default_rng(2).normal(size=30_000)
    found = classify(array, "fisher-jenks", k=5)
    check(array, found)
    assert found.fit > 0.85


# --- colours ------------------------------------------------------------------------------------------

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB
SIMULATIONS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB under D65, from linear RGB."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 0.008856, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(colour, simulation):
    rgb = linear(colour)
    return lab(np.clip(np.array(SIMULATIONS[simulation]) @ rgb, 0, 1) if simulation else rgb)


SEQUENTIAL = ["Oranges", "Greens", "Blues", "Purples", "Greys"]
DIVERGING = ["BrBG", "PuOr", "RdBu"]


@pytest.mark.parametrize("simulation", [None, *SIMULATIONS])
@pytest.mark.parametrize("name", SEQUENTIAL)
def test_sequential_palettes_darken_step_by_step_for_every_eye(name, simulation):
    for k in range(2, 8):
        shades = [seen(c, simulation) for c in palettes.sequential(name, k)]
        lightness = [s[0] for s in shades]
        assert lightness == sorted(lightness, reverse=True)
        assert min(np.linalg.norm(b - a) for a, b in pairwise(shades)) > 5


@pytest.mark.parametrize("simulation", [None, *SIMULATIONS])
@pytest.mark.parametrize("name", DIVERGING)
def test_both_arms_of_a_diverging_palette_stay_apart_for_every_eye(name, simulation):
    for side in range(2, 6):
        colours = palettes.diverging(name, side, side)
        shades = [seen(c, simulation) for c in colours]
        pairs = [(i, j) for i in range(len(shades)) for j in range(i)]
        assert min(np.linalg.norm(shades[i] - shades[j]) for i, j in pairs) > 4.5


@pytest.mark.parametrize("simulation", [None, *SIMULATIONS])
def test_categories_stay_apart_for_every_eye(simulation):
    shades = [seen(c, simulation) for c in palettes.CATEGORIES]
    assert min(np.linalg.norm(shades[i] - shades[j]) for i in range(7) for j in range(i)) > 9


def test_palettes_refuse_what_they_have_not():
    with pytest.raises(tiGIS.InputError, match="not known"):
        palettes.sequential("rainbow", 5)
    with pytest.raises(tiGIS.InputError, match="1 to 7"):
        palettes.sequential("water", 9)
    with pytest.raises(tiGIS.InputError, match="diverge"):
        palettes.diverging("water", 2, 2)
    assert palettes.sequential("water_r", 4) == palettes.sequential("Blues", 4)[::-1]


@pytest.mark.parametrize("wrong", [None, 3.0, "taux", {"a": 1}], ids=str)
def test_values_are_several(wrong):
    with pytest.raises(tiGIS.InputError, match="expected a column or a list of numbers"):
        classify(wrong)
