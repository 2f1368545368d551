"""python -m peers.worker MODULE: answers one JSON request per line of standard input with one line of JSON.

A request names a case, the sizes and the time to spend; MODULE (torch_cases, jax_cases, ...) holds a function of
that name, which returns {"seconds": ...} and what else is to be said. Preparation (compilation, the choice of an
ensemble's size) is kept from one request to the next. A failure is an answer too: {"error": ...}.
"""

import importlib
import json
import os
import sys


def answer(module, request):
    try:
        return getattr(module, request.pop("case"))(**request)
    except Exception as error:  # whatever a peer cannot do is said in its row
        return {"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}


def main():
    # Libraries write to standard output as they please; answers go to a copy of it.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module = importlib.import_module(f"peers.{sys.argv[1]}")
    print(json.dumps({"version": module.version()}), file=answers)
    for line in sys.stdin:
        print(json.dumps(answer(module, json.loads(line))), file=answers)


if __name__ == "__main__":
    main()
