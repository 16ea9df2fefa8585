"""The rules of the summit, and the Mesa model whose agents call them."""
