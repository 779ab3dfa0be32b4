"""Answers: what management says to each exception and limit, and to its cases."""
