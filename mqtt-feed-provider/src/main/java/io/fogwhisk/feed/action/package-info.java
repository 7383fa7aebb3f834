/** The feed actions that users name when they create a trigger. */
@NullMarked
package io.fogwhisk.feed.action;

import org.jspecify.annotations.NullMarked;
