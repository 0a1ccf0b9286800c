/** Tests mirror the rooms. `npm test` leaves out terraform/, which needs the real Terraform (`npm run test:terraform`). */
// The AWS SDK's warning about Node 20 would stand above every test file's result.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

module.exports = {
  testEnvironment: "node",
  // A busy machine is no fault of a test: a real server alone may then take longer than the usual 5 s to start.
  testTimeout: 30_000,
  // One worker a core: jest leaves one core idle by itself, half of a small machine.
  maxWorkers: "100%",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", ...(process.env.WEBHOOK_TEST_TERRAFORM ? [] : ["/__tests__/terraform/"])],
  globalSetup: "<rootDir>/__tests__/build-bundles.mjs",
  transform: { "^.+\\.[cm]?[jt]s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  // ESM-only packages are transformed; everything else in node_modules, and our own bundles, run as published.
  transformIgnorePatterns: [
    "/node_modules/(?!(fauxqs|toad-cache|cookie|@octokit/webhooks-methods)/)",
    "<rootDir>/dist/",
  ],
  // They export themselves to ES modules only.
  moduleNameMapper: {
    "^fauxqs$": "<rootDir>/node_modules/fauxqs/dist/app.js",
    "^@octokit/webhooks-methods$": "<rootDir>/node_modules/@octokit/webhooks-methods/dist-node/index.js",
  },
};
