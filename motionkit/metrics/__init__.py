"""A file a metric, named as the metric is called. Kin share a file; ``networks`` holds what some metrics look with."""
