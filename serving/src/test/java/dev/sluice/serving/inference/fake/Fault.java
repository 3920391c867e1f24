package dev.sluice.serving.inference.fake;

import com.google.protobuf.ByteString;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelInferResponse.InferOutputTensor;
import io.grpc.Status;

/** What goes wrong with a call. */
public sealed interface Fault {

  /** Nothing. */
  Fault NONE = new None();

  /** It is never answered. */
  Fault SILENCE = new Silence();

  /** Runs as it should. */
  record None() implements Fault {}

  /** Does not run and is not answered. */
  record Silence() implements Fault {}

  /** Does not run; is answered with a status at once. */
  record Refusal(Status status) implements Fault {}

  /** Runs, and is answered with nonsense. */
  enum Lie implements Fault {
    /** One text's values are not there, nor in the shape. */
    MISSING_ROW {
      @Override
      void tell(ModelInferResponse.Builder response) {
        ByteString content = response.getRawOutputContents(0);
        InferOutputTensor.Builder output = response.getOutputsBuilder(0);
        long rows = output.getShape(0);
        output.setShape(0, rows - 1);
        response.setRawOutputContents(0, content.substring((int) (content.size() / rows)));
      }
    },
    /** The axes change places. */
    TURNED_SHAPE {
      @Override
      void tell(ModelInferResponse.Builder response) {
        InferOutputTensor.Builder output = response.getOutputsBuilder(0);
        long rows = output.getShape(0);
        output.setShape(0, output.getShape(1)).setShape(1, rows);
      }
    },
    FLAT_SHAPE {
      @Override
      void tell(ModelInferResponse.Builder response) {
        InferOutputTensor.Builder output = response.getOutputsBuilder(0);
        long values = output.getShape(0) * output.getShape(1);
        output.clearShape().addShape(values);
      }
    },
    OTHER_NAME {
      @Override
      void tell(ModelInferResponse.Builder response) {
        response.getOutputsBuilder(0).setName("other");
      }
    },
    NO_OUTPUT {
      @Override
      void tell(ModelInferResponse.Builder response) {
        response.clearOutputs().clearRawOutputContents();
      }
    },
    SHORT_CONTENT {
      @Override
      void tell(ModelInferResponse.Builder response) {
        ByteString content = response.getRawOutputContents(0);
        response.setRawOutputContents(0, content.substring(1));
      }
    },
    LONG_CONTENT {
      @Override
      void tell(ModelInferResponse.Builder response) {
        ByteString content = response.getRawOutputContents(0);
        response.setRawOutputContents(0, content.concat(content));
      }
    },
    NO_CONTENT {
      @Override
      void tell(ModelInferResponse.Builder response) {
        response.clearRawOutputContents();
      }
    },
    UNKNOWN_TYPE {
      @Override
      void tell(ModelInferResponse.Builder response) {
        response.getOutputsBuilder(0).setDatatype("FP8");
      }
    },
    /** The bytes are those of another type. */
    OTHER_TYPE {
      @Override
      void tell(ModelInferResponse.Builder response) {
        InferOutputTensor.Builder output = response.getOutputsBuilder(0);
        output.setDatatype(output.getDatatype().equals("FP32") ? "FP16" : "FP32");
      }
    },
    NOT_A_NUMBER {
      @Override
      void tell(ModelInferResponse.Builder response) {
        byte[] content = response.getRawOutputContents(0).toByteArray();
        content[content.length - 1] = 0x7f; // all ones in the exponent, of every type
        content[content.length - 2] = (byte) 0xff;
        response.setRawOutputContents(0, ByteString.copyFrom(content));
      }
    },
    OTHER_ID {
      @Override
      void tell(ModelInferResponse.Builder response) {
        response.setId("another");
      }
    };

    /** Makes a true answer of two axes or more a lie. */
    abstract void tell(ModelInferResponse.Builder response);
  }
}
