package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Reads the JSON of documents as long as a catalogue may have; numbers keep their exact decimal form. Stateless. */
final class DocumentJson {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(CatalogClient.MAX_DOCUMENT)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private DocumentJson() {}

    /**
     * Reads what came.
     *
     * @return a missing node for nothing
     * @throws IOException if it is not JSON, or nested too deeply
     * @throws RuntimeException for a number beyond any decimal
     */
    static JsonNode read(byte[] body) throws IOException {
        return JSON.readTree(body);
    }

    /** Reads what was kept; as {@link #read(byte[])}. */
    static JsonNode read(String text) throws IOException {
        return JSON.readTree(text);
    }
}
