"""What happens while a recording runs: the hook into TensorFlow, the log, names and source lines."""
