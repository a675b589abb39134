"""What window and command line call: short, permission check first, one transaction, Changes back."""
