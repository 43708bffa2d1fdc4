"""Evaluation of a classifier: accuracy with intervals, calibration, confusions."""
