"""Running systems over datasets: worker processes, rows on disk, limits, resuming, summaries."""
