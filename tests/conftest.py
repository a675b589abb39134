"""What all tests share. Being here, it also makes `fakes` importable from every test."""
