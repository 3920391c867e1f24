from counter import TritonPythonModel  # noqa: F401
