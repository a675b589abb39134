"""Linkage of more people than one computer holds, as jobs on Apache Spark. Needs the optional extra `spark`."""
