from encoder import TritonPythonModel  # noqa: F401
