"""What a person said about a finding, and taking it back."""
