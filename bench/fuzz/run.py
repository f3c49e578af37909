"""Coverage-guided fuzzing of readers, mirror, projector, narrative and keyframes, with atheris.

Usage   pip install atheris; python bench/fuzz/run.py [--minutes N] [--corpus DIRECTORY]
        a find is written as crash-… beside the corpus; `python bench/fuzz/run.py --again FILE…` runs it without fuzzing
Seeds   bench/fuzz/seeds (made by `python bench/fuzz/seeds.py`); inputs at most MAX_BYTES, memory at most RSS_MB
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MAX_BYTES = 16_384
RSS_MB = 2_048


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "playhead-fuzz")
    parser.add_argument("--again", nargs="+", type=Path)
    args = parser.parse_args()
    sys.path.insert(0, str(HERE))
    if args.again:
        import target

        for path in args.again:
            target.run(path.read_bytes())
        return
    fuzz(args.corpus, seconds=int(args.minutes * 60))


def fuzz(corpus: Path, *, seconds: int) -> None:
    import atheris
    import mutate

    with atheris.instrument_imports(include=["playhead"]):
        import target

    def mutator(data: bytes, max_size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        made = mutate.mutate(data, limit=max_size, rng=rng) if rng.random() < 0.9 else None
        return made if made is not None else atheris.Mutate(data, max_size)

    corpus.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-rss_limit_mb={RSS_MB}", "-timeout=60",
        f"-artifact_prefix={corpus}/crash-", "-print_final_stats=1", "-use_value_profile=0", "-len_control=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus), str(HERE / "seeds")], target.run, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
