"""`python -m worker.web`: serves until it is stopped; what `wireroom run` starts."""

from __future__ import annotations

import sys

from worker.errors import WireroomError
from worker.web.serve import main

if __name__ == "__main__":
    try:
        main()
    except WireroomError as error:
        sys.exit(str(error))
