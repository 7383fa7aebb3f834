package io.fogwhisk.influx.catalog;

import java.util.Objects;

/**
 * That something may be done with some resources.
 *
 * @param action what
 * @param resource with which
 */
public record Permission(Action action, Resource resource) {

    /** Checks for null. */
    public Permission {
        Objects.requireNonNull(action, "action is null");
        Objects.requireNonNull(resource, "resource is null");
    }

    /** Whether whoever has this permission may do what needs the other. */
    public boolean allows(Permission needed) {
        if (action != needed.action
                || !(resource.type().equals(needed.resource.type())
                        || resource.type().equals(Resource.ANY))) {
            return false;
        }
        if (resource.id().isPresent()) {
            return resource.id().equals(needed.resource.id());
        }
        return resource.orgId().isEmpty() || resource.orgId().equals(needed.resource.orgId());
    }

    /** As messages name it. */
    @Override
    public String toString() {
        return action.text() + ":" + resource;
    }
}
