package io.fogwhisk.lean.follow;

import java.util.Optional;

/**
 * What is known of a document.
 *
 * @param rev the revision that was told to the sink last; empty if it is to be told again
 * @param refusal why the sink does not take it, if so
 */
record Known(String rev, Optional<String> refusal) {}
