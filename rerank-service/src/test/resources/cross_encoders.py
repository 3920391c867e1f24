"""Writes the two cross-encoders that the tests use, beside this file.

    pip install onnx tokenizers && python cross_encoders.py

They have no weights: the logit is the number of the document's tokens that also stand in the query,
minus one. So their scores can be worked out by hand, and still the whole path is real: pair
encoding, segment ids, padding, ONNX Runtime.
"""
import json
import pathlib

import onnx
from onnx import TensorProto, helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = pathlib.Path(__file__).parent
ADDED = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = "what is the capital of france paris city big cats sleep all day river seine in a berlin germany and".split()
WINDOW = 32


def tokenizer():
    vocabulary = {word: i for i, word in enumerate(ADDED + WORDS + ["##s", ".", "?"])}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return made.to_str()


def model(logits):
    constants = [
        helper.make_tensor("last_added", TensorProto.INT64, [1], [len(ADDED) - 1]),
        helper.make_tensor("zero", TensorProto.INT64, [1], [0]),
        helper.make_tensor("first_axis", TensorProto.INT64, [1], [1]),
        helper.make_tensor("second_axis", TensorProto.INT64, [1], [2]),
        helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0]),
    ]
    node = helper.make_node
    nodes = [
        node("Greater", ["input_ids", "last_added"], ["is_word"]),
        node("Greater", ["attention_mask", "zero"], ["is_there"]),
        node("And", ["is_word", "is_there"], ["counts"]),
        node("Greater", ["token_type_ids", "zero"], ["is_second"]),
        node("Not", ["is_second"], ["is_first"]),
        node("And", ["counts", "is_first"], ["of_query"]),
        node("And", ["counts", "is_second"], ["of_document"]),
        node("Unsqueeze", ["input_ids", "first_axis"], ["across"]),
        node("Unsqueeze", ["input_ids", "second_axis"], ["down"]),
        node("Equal", ["down", "across"], ["same"]),
        node("Unsqueeze", ["of_query", "first_axis"], ["query_across"]),
        node("And", ["same", "query_across"], ["same_as_query"]),
        node("Cast", ["same_as_query"], ["same_number"], to=TensorProto.FLOAT),
        node("ReduceMax", ["same_number", "second_axis"], ["matched"], keepdims=0),
        node("Cast", ["of_document"], ["document_number"], to=TensorProto.FLOAT),
        node("Mul", ["matched", "document_number"], ["matches"]),
        node("ReduceSum", ["matches", "first_axis"], ["count"], keepdims=1),
        node("Sub", ["count", "one"], ["relevant"]),
    ]
    if logits == 1:
        nodes.append(node("Identity", ["relevant"], ["logits"]))
    else:
        nodes.append(node("Neg", ["relevant"], ["irrelevant"]))
        nodes.append(node("Concat", ["irrelevant", "relevant"], ["logits"], axis=1))
    graph = helper.make_graph(
        nodes,
        "overlap",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
         for name in ("input_ids", "attention_mask", "token_type_ids")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", logits])],
        constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString()


for name, logits in (("cross-encoder-one-logit", 1), ("cross-encoder-two-logits", 2)):
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    (directory / "model.onnx").write_bytes(model(logits))
    (directory / "tokenizer.json").write_text(tokenizer())
    (directory / "config.json").write_text(json.dumps({"max_position_embeddings": WINDOW}) + "\n")
