"""`python -m worker.web`: serves until it is stopped; what `wireroom run` starts."""

from __future__ import annotations

from worker.web.serve import main

if __name__ == "__main__":
    main()
