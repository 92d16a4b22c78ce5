"""Kernels: shapes of work with their options, and the families that compute them."""
