"""What a benchmark run says, worked out from its rows: seven categories of metrics, paired comparisons, a summary. Nothing here reads or writes files."""
