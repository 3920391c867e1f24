"""Stands in for a cross-encoder: it scores a pair by the tokens that both halves share."""

import numpy as np
import state
import triton_python_backend_utils as pb_utils

_SPREAD = 8.0


def logit(ids, mask, types):
    """From -4, nothing of the query found, to 4, all of it; specials of the first half left out.

    A pair is ``[CLS] query [SEP] document [SEP]``, with type 0 up to the first [SEP].
    """
    query = set(ids[(mask == 1) & (types == 0)][1:-1].tolist())
    document = set(ids[(mask == 1) & (types == 1)].tolist())
    found = len(query & document) / max(len(query), 1)
    return _SPREAD * (found - 0.5)


class TritonPythonModel:
    """INT64 pairs in, one logit a pair out."""

    def execute(self, requests):
        return [self._run(request) for request in requests]

    def _run(self, request):
        ids, mask, types = (
            pb_utils.get_input_tensor_by_name(request, name).as_numpy()
            for name in ("input_ids", "attention_mask", "token_type_ids")
        )
        state.journal("rerank", f"start {ids.shape[0]} {ids.shape[1]}")
        state.wait_while_held("rerank")
        logits = np.array([[logit(*row)] for row in zip(ids, mask, types)], dtype=np.float32)
        return pb_utils.InferenceResponse([pb_utils.Tensor("logits", logits)])
