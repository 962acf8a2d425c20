"""What the HTTP API takes, gives and refuses."""
