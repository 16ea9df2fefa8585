"""Many runs: executors, chunks, the store, and tables."""
