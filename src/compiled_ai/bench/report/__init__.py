"""What people read of a benchmark: one HTML page, Markdown, JSON, and logs for Inspect's viewer."""
