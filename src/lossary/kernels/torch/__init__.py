"""Kernels in PyTorch: derivatives, operators for its compiler, small tensors, linear heads."""
