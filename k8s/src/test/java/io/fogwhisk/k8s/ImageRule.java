package io.fogwhisk.k8s;

/**
 * Images have a tag that stays what it is; ours has the version of the project.
 *
 * @param version of the project
 */
record ImageRule(String version) implements Rule {

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        for (Workload each : manifests.workloads()) {
            for (Workload.Placed placed : each.containers()) {
                String image = String.valueOf(placed.container().getImage());
                String path = placed.path() + ".image";
                ImageName name = ImageName.of(image);
                String tag = name.tag();
                faults.unless(
                        !tag.isEmpty() && !tag.equals("latest"),
                        each.manifest(),
                        path,
                        "must have a tag, and not latest, was '" + image + "'");
                faults.unless(
                        !name.isOurs() || tag.equals(version),
                        each.manifest(),
                        path,
                        "must have the version of the project, " + version + ", was '" + image + "'");
                faults.unless(
                        "IfNotPresent".equals(placed.container().getImagePullPolicy()),
                        each.manifest(),
                        placed.path() + ".imagePullPolicy",
                        "must be IfNotPresent: images may have been loaded by hand");
            }
        }
    }
}
