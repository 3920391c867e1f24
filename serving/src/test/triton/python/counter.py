"""A model that does nothing: what it was given to run together is what matters."""

import json

import numpy as np
import state
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Writes the rows of each request of a batch into the journal, and answers zeros."""

    def initialize(self, args):
        self.name = json.loads(args["model_config"])["name"]

    def execute(self, requests):
        rows = [
            pb_utils.get_input_tensor_by_name(request, "input_ids").as_numpy().shape[0]
            for request in requests
        ]
        state.journal(self.name, "batch " + " ".join(map(str, rows)))
        state.wait_while_held(self.name)
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("logits", np.zeros((n, 1), np.float32))])
            for n in rows
        ]
