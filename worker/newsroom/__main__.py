"""`python -m worker.newsroom`: serves the sample newsroom until it is told to stop."""

import sys

from worker.newsroom.server import main

sys.exit(main())
