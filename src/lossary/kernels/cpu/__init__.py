"""Kernels for the CPU: templates and the functions they call, compiled by LLVM."""
