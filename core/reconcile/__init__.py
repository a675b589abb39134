"""Finding out what is wrong: visits linked over systems, charges to visits, rules over cases."""
