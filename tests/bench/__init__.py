"""Speed, measured against peers in one run: ``make bench``. Never a test: machines differ."""
