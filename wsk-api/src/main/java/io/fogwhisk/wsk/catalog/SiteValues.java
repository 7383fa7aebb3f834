package io.fogwhisk.wsk.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.model.QualifiedName;

/** What a site puts in the place of, or beside, the parameters that were declared at the centre. Thread-safe. */
@FunctionalInterface
public interface SiteValues {

    /** Leaves everything as it was declared. */
    SiteValues NONE = (trigger, declared) -> declared;

    /**
     * The parameters of a feed at this site.
     *
     * @param trigger with its namespace
     * @param declared at the centre, with {@code ${site.…}} in its texts; not changed
     * @throws io.fogwhisk.wsk.WskException if a value can't be found, such as of an unknown variable
     */
    ObjectNode feed(QualifiedName trigger, ObjectNode declared);
}
