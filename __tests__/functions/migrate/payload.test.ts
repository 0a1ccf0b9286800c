import { readPayload } from "../../../functions/migrate/payload";

test("the payload is a name and a password, and what else is in it does not go on", () => {
  expect(readPayload({ username: "a", password: "p", engine: "postgres" })).toEqual({ username: "a", password: "p" });
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["a text", "secret"],
  ["no password", { username: "secret" }],
  ["no name", { password: "secret" }],
  ["an empty password", { username: "secret", password: "" }],
  ["a password that is no text", { username: "secret", password: ["secret"] }],
])("%s is refused without being quoted", (_what, event) => {
  expect(() => readPayload(event)).toThrow(
    new Error(
      [
        "The migrations were called without the administrator's name and password.",
        '  They take {"username": "…", "password": "…"}, and only migrate-start calls them.',
        "  Call migrate-start, or apply, which does.  [MIGRATE_PAYLOAD_INVALID]",
      ].join("\n"),
    ),
  );
});
