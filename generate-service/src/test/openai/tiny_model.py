"""Writes a Llama model of some 100,000 random weights, always the same: tiny_model.py FILE."""

import sys

import gguf
import numpy as np

CONTEXT, WIDTH, HEADS, HIDDEN, LAYERS = 16384, 64, 4, 128, 2
WORDS = "the of and to in is that it was for on are as with his they at be this from have".split()
PIECES = ["▁", *("▁" + word for word in WORDS), "é", "ß", "語", "🍞", ".", ",", "!"]
LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]

# Unknown, beginning and end of text, then the 256 bytes, as a SentencePiece vocabulary has them.
SPECIAL = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
TOKENS = SPECIAL + BYTES + PIECES + LETTERS


def write_vocabulary(writer: gguf.GGUFWriter) -> None:
    kinds = gguf.TokenType
    writer.add_tokenizer_model("llama")
    writer.add_token_list(TOKENS)
    writer.add_token_scores([0.0] * len(SPECIAL + BYTES) + [-float(i) for i in range(len(PIECES + LETTERS))])
    writer.add_token_types(
        [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL]
        + [kinds.BYTE] * len(BYTES)
        + [kinds.NORMAL] * len(PIECES + LETTERS)
    )
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def write_shape(writer: gguf.GGUFWriter) -> None:
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(TOKENS))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def write_weights(writer: gguf.GGUFWriter) -> None:
    random = np.random.default_rng(20261121)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.normal(0, columns**-0.5, (rows, columns)).astype(np.float32)

    ones = np.ones(WIDTH, dtype=np.float32)
    embeddings, output = matrix(len(TOKENS), WIDTH) * 8, matrix(len(TOKENS), WIDTH) * 8
    # The first feature is the same in every state, so that its weight is a bias: against the tokens
    # that would end the text, and a little against single bytes.
    embeddings[:, 0] = 8
    output[:, 0] = 0
    output[: len(SPECIAL), 0] = -100
    output[len(SPECIAL) : len(SPECIAL + BYTES), 0] = -2
    writer.add_tensor("token_embd.weight", embeddings)
    writer.add_tensor("output.weight", output)
    writer.add_tensor("output_norm.weight", ones)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        writer.add_tensor(block + "attn_norm.weight", ones)
        writer.add_tensor(block + "ffn_norm.weight", ones)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights = matrix(WIDTH, WIDTH)
            if name == "attn_output":
                weights[0, :] = 0
            writer.add_tensor(block + name + ".weight", weights)
        down = matrix(WIDTH, HIDDEN)
        down[0, :] = 0
        writer.add_tensor(block + "ffn_gate.weight", matrix(HIDDEN, WIDTH))
        writer.add_tensor(block + "ffn_up.weight", matrix(HIDDEN, WIDTH))
        writer.add_tensor(block + "ffn_down.weight", down)


def main() -> None:
    writer = gguf.GGUFWriter(sys.argv[1], "llama")
    write_shape(writer)
    write_vocabulary(writer)
    write_weights(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
