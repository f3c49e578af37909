from playhead.core.moments import moment_ms

START_MS = 1_750_000_000_000.0


def test_small_numbers_count_from_the_beginning_and_large_ones_are_on_the_clock() -> None:
    assert moment_ms(20_000, START_MS) == START_MS + 20_000
    assert moment_ms(START_MS - 1, START_MS) == START_MS - 1
    assert moment_ms(START_MS + 5, START_MS) == START_MS + 5


def test_a_recording_whose_clock_starts_near_zero_has_one_kind_of_moment() -> None:
    assert moment_ms(1_500, 1_000) == 1_500
