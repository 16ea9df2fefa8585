"""Issues of EU legislation as a yardstick: every model scored on decisions that really happened."""
