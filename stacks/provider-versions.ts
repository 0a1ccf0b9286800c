/**
 * Versions of the providers. The bindings ask for exactly the version that they were made from; the stacks use only
 * what AWS provider 5.100.0 knows and stay below the next major version. Which one it is, is in .terraform.lock.hcl.
 */
export const PROVIDER_VERSIONS = { aws: ">= 5.100.0, < 7.0.0", archive: ">= 2.7.0, < 3.0.0" } as const;
