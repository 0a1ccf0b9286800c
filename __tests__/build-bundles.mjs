/** Runs once before all test files: what tests run is what would be deployed. */
export default async function buildBundles() {
  const { buildAll } = await import("../build.mjs");
  await buildAll();
}
