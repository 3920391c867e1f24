"""A sentence encoder in ONNX: token tensors in, what the model's config.pbtxt asks for out."""

import json

import onnxruntime
import state
import triton_python_backend_utils as pb_utils

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class TritonPythonModel:
    """Runs each request as the batch that it is: nothing is merged or split here.

    Its one output is ``[texts, dimension]``, the vectors of the first tokens, or
    ``[texts, tokens, dimension]``, all vectors, by the number of axes in its configuration.
    """

    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.name = config["name"]
        self.output = config["output"][0]["name"]
        self.pooled = len(config["output"][0]["dims"]) == 1
        self.type = pb_utils.triton_string_to_numpy(config["output"][0]["data_type"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            state.FOLDER / "model.onnx", options, providers=["CPUExecutionProvider"]
        )

    def execute(self, requests):
        return [self._run(request) for request in requests]

    def _run(self, request):
        inputs = {
            name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in _INPUTS
        }
        rows, columns = inputs["input_ids"].shape
        state.journal(self.name, f"start {rows} {columns}")
        state.wait_while_held(self.name)
        (vectors,) = self.session.run(["last_hidden_state"], inputs)
        if self.pooled:
            vectors = vectors[:, 0]
        state.journal(self.name, f"end {rows} {columns}")
        output = pb_utils.Tensor(self.output, vectors.astype(self.type, copy=False))
        return pb_utils.InferenceResponse([output])
