"""The demo practice: made-up people, and two small FHIR servers on this computer that disagree about them."""
