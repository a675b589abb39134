"""Connected components by alternating large-star and small-star.

After Kiveris, Lattanzi, Mirrokni, Rastogi and Vassilvitskii, "Connected Components in MapReduce and Beyond" (2014): it
ends after few rounds, however long the chains.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from matching.spark.prepare import settled


def components(edges: DataFrame) -> DataFrame:
    """Edges with columns a < b to stars (node, component): every node but the lowest of its component, which it names.

    So an edge lies in the component of its `b`, which is never the lowest.
    """
    stars = settled(edges.select(F.col("b").alias("node"), F.col("a").alias("component")).distinct())
    while not _is_settled(stars):
        stars = settled(_small_star(_large_star(stars)))
    return stars


def _is_settled(stars: DataFrame) -> bool:
    """Whether each node has one centre, and no centre has one itself."""
    if not stars.groupBy("node").count().filter("count > 1").isEmpty():
        return False
    centres = stars.select(F.col("component").alias("node"))
    return bool(stars.join(centres, "node", "left_semi").isEmpty())


def _large_star(stars: DataFrame) -> DataFrame:
    """Each node sends its larger neighbours to the least node that it knows."""
    both = stars.select("node", F.col("component").alias("neighbour")).union(stars.select("component", "node"))
    least = F.least(F.col("node"), F.min("neighbour").over(Window.partitionBy("node")))
    found = both.withColumn("least", least).filter("neighbour > node")
    return found.select(F.col("neighbour").alias("node"), F.col("least").alias("component")).distinct()


def _small_star(stars: DataFrame) -> DataFrame:
    """Each node sends its smaller neighbours, and itself, to the least of them."""
    least = F.min("component").over(Window.partitionBy("node"))
    found = stars.withColumn("least", least)
    moved = found.select(F.col("component").alias("node"), F.col("least").alias("component"))
    itself = found.select("node", F.col("least").alias("component"))
    return moved.union(itself).filter("node > component").distinct()
