"""Cases, metrics, gates and benchmarks."""
