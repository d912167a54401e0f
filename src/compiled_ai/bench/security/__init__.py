"""The scorecard of the security gates: what each gate, and each of its layers, catches and wrongly stops on every set at hand."""
