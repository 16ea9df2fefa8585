"""Many runs: the batch engine, blocks of results, and tables."""
