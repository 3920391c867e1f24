"""Writes the same words to everybody, through the tensors of Triton's vLLM backend."""

import json
import threading
import time

import numpy as np
import state
import triton_python_backend_utils as pb_utils

_WORDS = ("The", " gate", " öffnet", " sich", ",", " 水", " flows", " 🌊", ".")
_PACE_SECONDS = 0.01


def words(count):
    """The first so many tokens, each as text: the words over and over."""
    return [_WORDS[i % len(_WORDS)] for i in range(count)]


def _input(request, name, default):
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return default if tensor is None else tensor.as_numpy()[0]


class Generation:
    """One request. Its own thread writes the tokens, and looks for a cancellation before each."""

    def __init__(self, request):
        self.sender = request.get_response_sender()
        self.prompt = _input(request, "text_input", b"").decode()
        self.stream = _input(request, "stream", False)
        self.prepend = not _input(request, "exclude_input_in_output", self.stream)
        parameters = json.loads(_input(request, "sampling_parameters", b"{}"))
        self.tokens = words(int(parameters.get("max_tokens", 16)))
        self.wanted = {
            name
            for name in ("finish_reason", "num_input_tokens", "num_output_tokens")
            if _input(request, "return_" + name, False)
        }

    def run(self):
        if self.stream and self.prepend:
            self._fail(pb_utils.TritonError.INVALID_ARG, "no prompt in a stream")
            return
        state.journal("generate", "start")
        for written, token in enumerate(self.tokens):
            state.wait_while_held("generate", written, self.sender.is_cancelled)
            if self.sender.is_cancelled():
                state.journal("generate", f"cancelled {written}")
                self._fail(pb_utils.TritonError.CANCELLED, "cancelled")
                return
            state.journal("generate", f"token {written + 1}")
            if self.stream:
                last = written + 1 == len(self.tokens)
                self._send(token, 1, "length" if last else None)
            time.sleep(_PACE_SECONDS)
        if not self.stream:
            prompt = self.prompt if self.prepend else ""
            self._send(prompt + "".join(self.tokens), len(self.tokens), "length")
        state.journal("generate", f"end {len(self.tokens)}")

    def _send(self, text, tokens, reason):
        """The last response is the one with a reason."""
        outputs = {
            "text_output": np.array([text.encode()], dtype=np.object_),
            "finish_reason": np.array([str(reason)], dtype=np.object_),
            # without an axis, as the vLLM backend sends it
            "num_input_tokens": np.asarray(len(self.prompt.split()), dtype=np.uint32),
            "num_output_tokens": np.array([tokens], dtype=np.uint32),
        }
        response = pb_utils.InferenceResponse(
            [
                pb_utils.Tensor(name, value)
                for name, value in outputs.items()
                if name == "text_output" or name in self.wanted
            ]
        )
        self.sender.send(
            response, pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL if reason else 0
        )

    def _fail(self, code, message):
        response = pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code))
        self.sender.send(response, pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


class TritonPythonModel:
    """Takes any number of requests side by side."""

    def execute(self, requests):
        for request in requests:
            threading.Thread(target=Generation(request).run).start()
