"""One file per kind of connection. The rest of core cannot tell a FHIR server from a folder of files."""
